/*
 * tool - a command of the configuration, run with a text as its input, for a bounded time.
 *
 * What it writes is there to free(), and NULL with a reason where the command could not be
 * run, failed, wrote more than TOOL_OUTPUT_MAX bytes, or took longer than it may; then it and
 * whatever it started are dead.
 */
#ifndef TOOL_H
#define TOOL_H

#include "span.h"

enum { TOOL_OUTPUT_MAX = 1 << 20, TOOL_REASON_MAX = 200 };

struct tool_output {
	char *bytes;
	size_t len;
	char reason[TOOL_REASON_MAX];
};

struct tool_output tool_run(char *const argv[], struct span input, double seconds);

#endif
