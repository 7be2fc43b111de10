/*
 * totals - deals and amounts of both sides, by outcome and currency; unlike currencies are never
 * added.  An amount that is none counts as a deal without one; a sum that does not fit ends the
 * program (65).
 */
#ifndef TOTALS_H
#define TOTALS_H

#include <stdint.h>
#include "sides.h"

struct total {
	char *outcome, *currency;
	size_t deals[SIDES];
	int64_t amounts[SIDES];
};

struct totals {
	struct total *at;
	size_t count;
};

void totals_add(struct totals *, enum side, const struct deal *, const char *currency);
void totals_sort(struct totals *);
void totals_release(struct totals *);

#endif
