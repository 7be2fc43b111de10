/*
 * progress - how far a long reading has come, on a terminal.
 *
 * Silent unless stderr is a terminal and the input is none; silent in the middle of a pipe,
 * where others speak; and silent for the first second.
 */
#ifndef PROGRESS_H
#define PROGRESS_H

#include <stdbool.h>
#include <stddef.h>

struct progress {
	bool watched;
	double began, due; /* seconds */
	double size; /* bytes in all, 0 if nobody knows */
};

struct progress progress_of(int fd);
void progress_show(struct progress *, size_t records, size_t bytes);

#endif
