/*
 * deals - the table of deals as they are known on a day, in the order of their ids.
 *
 * A deal decided after that day is still open, one created after it does not exist, and a
 * change seen after it has not happened: stage, amount, expected close and activity are what
 * they were then (changes.h).  Dimensions, people and lists are what the record says.  Codes
 * number a dimension's values, the reps and the lists in the order of their bytes.
 */
#ifndef DEALS_H
#define DEALS_H

#include <stdint.h>
#include "names.h"

enum { DAY_NONE = INT32_MIN, DEAL_OPEN = INT32_MAX };
#define CODE_NONE NAMES_NONE

struct deal {
	const char *id, *url; /* url: "" if it has none */
	uint32_t row; /* of its codes */
	uint32_t stage, rep, list; /* of their names; CODE_NONE */
	int32_t created, ended; /* days; ended: when the outcome was recorded, or DEAL_OPEN */
	int32_t expected, active,
	    modified; /* to close, last active, last changed; or DAY_NONE */
	int64_t amount; /* money; 0: none is said */
	size_t change, changes; /* the first of its own, and how many */
	bool won, unlike; /* unlike: its amounts are not in the currency counted in, and none */
	int32_t left; /* the last day of its rep, if there is no owner since; or DAY_NONE */
};

struct dimension {
	const char *name; /* the map's */
	struct names *values;
};

struct deals {
	size_t count, read, dimensions;
	struct deal *at;
	struct dimension *dimension;
	uint32_t *codes;
	char *texts;
	struct names *stages, *reps;
	struct names *lists; /* '0' or '1', which of `by`; then the value */
	const char *by[2]; /* fields of a list's name: the first that a deal has; or NULL */
	int32_t day;
};

struct rec_in;

/* day: INT32_MAX for the last one with a recorded deal; home: the currency to count in, or NULL. */
void deals_read(struct deals *, struct rec_in *, int32_t day, const char *home);
void deals_settle(struct deals *); /* after the changes: leaves out what was not known */
size_t deals_find(const struct deals *, struct span id); /* or count: none */
void deals_release(struct deals *);

#endif
