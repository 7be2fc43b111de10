/*
 * child - a command that is given a text to read, and ended when it takes too long.
 *
 * The text is a file on its stdin, and so is what it says, on stdout and stderr: no pipe, so
 * neither side ever waits for the other.  Ended, all that it started is ended with it.  A
 * command that a signal ended counts as one that exits with 75.
 */
#ifndef CHILD_H
#define CHILD_H

#include "span.h"

enum { CHILD_SAID = 4096 };
enum child_end { CHILD_ENDED, CHILD_TOO_LONG, CHILD_NOT_STARTED /* errno says why */ };

struct child {
	int code; /* its exit status */
	char said[CHILD_SAID + 1]; /* the beginning of it */
};

enum child_end child_run(char *const argv[], struct span text, int seconds, struct child *);

#endif
