/*
 * deals - the table of deals in order of their ids, and how each was on any day.
 *
 * What a deal is now comes from its record, what it was before from its changes.  A deal is
 * decided from the day its outcome was recorded (recorded_at, or else closed_date), and open
 * before; it exists from created_date on.  After deals_settle() the fields of a deal are
 * those known at the end of that day; one created later is in no group (groups.h).
 */
#ifndef DEALS_H
#define DEALS_H

#include <stdint.h>
#include "changes.h"
#include "names.h"
#include "rec.h"

enum outcome { WON, LOST, OPEN };
enum { NO_DAY = INT32_MAX };
#define NO_CODE NAMES_NONE
struct deal {
	const char *id;
	int64_t now[FIELDS]; /* as the record has it; NOTHING if it does not */
	int64_t amount; /* money; 0 where there is none */
	int32_t created, decided, closed, expected; /* NO_DAY */
	int32_t last_change; /* a day; before all days if there is none */
	enum outcome outcome;
	bool unlike; /* its amounts are in another currency, and none */
	uint32_t reason, row; /* row: of its codes */
	size_t first_change, changes;
};

struct state {
	bool exists;
	enum outcome outcome;
	int64_t amount;
	int32_t expected;
};

struct deals {
	size_t count, dimensions;
	struct deal *at;
	struct names *stages, *reasons;
	const char *const *dimension;
	struct names **values; /* of each dimension, in order of their bytes */
	uint32_t *codes;
	struct changes changes;
	char *currency; /* of all amounts, or NULL */
};

void deals_read(struct deals *, struct rec_in *, const char *const *dimension,
    size_t dimensions, const char *home); /* home: the currency counted in, or NULL */
void deals_changes(struct deals *, const char *path); /* NULL: there are none */
int32_t deals_last(const struct deals *); /* the last day something happened on */
void deals_settle(struct deals *, int32_t as_of);
void deals_release(struct deals *);

const struct deal *deals_find(const struct deals *, struct span id); /* before settling */
struct state deals_state(const struct deals *, const struct deal *, int32_t day);

#endif
