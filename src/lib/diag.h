/*
 * diag - what a program says to people, on stderr, one line each:
 * "program: what: place: why".
 *
 * die() and its like never return; their status says who must act (sysexits.h: 75 nobody,
 * time will; anything else a person).  Control characters are shown as '?', since a message
 * may quote what came from outside.
 *
 * What a program died of is also added to the file that $SALESWATCH_DIED names, a line each.
 *
 * A program's usage is data: diag_help() and diag_version() print what --help and --version
 * owe on stdout (exit 0, or 74), diag_misuse() the usage line on stderr (64).
 *
 * diag_progress() shows one line that the next one, a message or diag_progress_end() erases.
 */
#ifndef DIAG_H
#define DIAG_H

#include <sysexits.h>

struct usage {
	const char *example; /* that can be pasted */
	const char *line; /* the SYNOPSIS of the manual */
	const char *options; /* a line each, with its newline; -h and -V come by themselves */
};

void diag_name(const char *argv0);
_Noreturn void diag_help(const struct usage *);
_Noreturn void diag_misuse(const struct usage *);
_Noreturn void diag_version(void);
char **diag_operands(int argc, char *argv[], const struct usage *, int count); /* no options */

__attribute__((format(printf, 1, 2))) void warn(const char *format, ...);

__attribute__((format(printf, 2, 3))) _Noreturn void die(int status, const char *format, ...);

__attribute__((format(printf, 1, 2))) void diag_progress(const char *format, ...);
void diag_progress_end(void);

/* Adds the system's reason, from errno. */
__attribute__((format(printf, 2, 3))) _Noreturn void die_errno(
    int status, const char *format, ...);

#endif
