/*
 * sides - the deals of both sides, put together by deal_id.
 *
 * Deals are set aside as they are read, first all of one side, then all of the other; then
 * sides_compare calls for each deal_id there is, in no order, with the deal of each side, NULL
 * where it has none.  A side that has an id several times gives its last deal and `times`.
 * Memory takes one deal in 128.
 */
#ifndef SIDES_H
#define SIDES_H

#include "rec.h"

enum side { HERE, THERE, SIDES };
enum {
	AMOUNT,
	CURRENCY,
	OUTCOME,
	STAGE,
	CREATED,
	CLOSED,
	EXPECTED,
	FIELDS,
	ID = FIELDS,
	TEXTS
};

extern const char *const field_names[TEXTS];

struct deal {
	const char *texts[TEXTS]; /* "" where it has none */
	size_t times;
};

struct sides {
	struct piles *piles;
	uint64_t seed;
	size_t count[SIDES];
	bool has[SIDES][FIELDS]; /* some deal of the side has the field */
};

void sides_begin(struct sides *);
void sides_read(struct sides *, enum side, struct rec_in *, const char *name);
void sides_compare(struct sides *,
    void (*each)(void *of, const struct deal *here, const struct deal *there), void *of);

#endif
