/*
 * cells - the cells of one row after another, copied to where those who look how far a number
 * goes may look a little past its end.
 */
#ifndef CELLS_H
#define CELLS_H

#include "rows.h"

struct cells {
	size_t count;
	struct span *at; /* empty unless put */
	char *texts;
	size_t used, room;
};

struct cells cells_new(size_t count);
void cells_begin(struct cells *, size_t bytes); /* a row; all its cells have at most so many */
void cells_put(struct cells *, size_t cell, struct span text);
void cells_release(struct cells *);

#endif
