/*
 * changes - what became of the fields of deals, from the store's records of kind change.
 *
 * A change happened on the day of `at` (in the CRM), or where there is none, of `seen` (by
 * us).  Those of one deal stand together, in order of time, then of when they were seen, then
 * of their values, so that the order of the file does not matter.
 */
#ifndef CHANGES_H
#define CHANGES_H

#include <stddef.h>
#include <stdint.h>

enum field { OUTCOME, AMOUNT, EXPECTED, STAGE, CLOSED, RECORDED, FIELDS };
#define NOTHING INT64_MIN /* the field is not there */

struct change {
	int64_t time, seen; /* microseconds */
	int64_t old, new; /* a day, money, the code of a stage, an outcome */
	uint32_t deal; /* its place in the table */
	int32_t day;
	enum field field;
};

struct changes {
	size_t count, room;
	struct change *at;
};

struct deals;

void changes_read(struct deals *, const char *path);

/* What a field was at the end of a day, given the changes of its deal and what it is now. */
int64_t changes_value(
    const struct change *, size_t count, enum field, int64_t now, int32_t day);

#endif
