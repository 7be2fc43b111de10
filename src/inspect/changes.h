/*
 * changes - what changed in deals, by deal and then by time, of the fields that matter here.
 *
 * A change counts from the day it was seen on; it happened `at` that day or before it.
 * changes_read() takes back, in the deals, what was seen after their day, newest first, and
 * keeps the rest.  A change of a deal that is not there is left out.
 */
#ifndef CHANGES_H
#define CHANGES_H

#include "deals.h"

enum change_field { STAGE, AMOUNT, EXPECTED, ACTIVITY, MODIFIED, CHANGE_FIELDS };

struct change {
	size_t deal;
	enum change_field field;
	int32_t at, seen; /* days */
	int64_t instant; /* it was seen, to order by */
	int64_t old, new; /* a day, a stage's code, money; or CHANGE_NONE */
};
#define CHANGE_NONE INT64_MIN

struct changes {
	struct change *list;
	size_t count;
	int32_t since[CHANGE_FIELDS]; /* the first day one was seen; INT32_MAX: none was */
};

void changes_read(struct changes *, const char *path, struct deals *); /* NULL path: none */
void changes_release(struct changes *);

/* Where a deal stood on a day, as its changes tell. */
struct standing {
	uint32_t stage; /* or CODE_NONE */
	int32_t entered; /* the stage; DAY_NONE: nobody knows */
	int32_t pushed; /* the last push, or DAY_NONE */
	size_t pushes; /* of the expected close, to a later day */
};
struct standing standing_on(const struct changes *, const struct deal *, int32_t day);

#endif
