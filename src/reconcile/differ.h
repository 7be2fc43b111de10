/*
 * differ - what is not the same on both sides, as it is told: by deal_id, a difference a line,
 * then the totals of both.
 *
 * differ_note is for sides_compare; a field that one side never has is not compared.
 * differ_tell writes all to stdout, as text or as records (schemas/difference.json), and gives
 * how many differences there were.  What cannot be written ends the program (74).
 */
#ifndef DIFFER_H
#define DIFFER_H

#include "totals.h"

struct difference {
	char *id, *here, *there; /* of a field; else NULL */
	const char *field; /* or NULL */
	const char *what; /* "missing here" and such, or NULL */
	size_t order; /* among those of one deal */
};

struct differ {
	const struct sides *sides;
	struct difference *found;
	size_t count, room;
	struct totals totals;
};

void differ_note(void *differ, const struct deal *here, const struct deal *there);
size_t differ_tell(struct differ *, bool as_json);

#endif
