/*
 * incidence - how many come to which end, and when, though some have not come to any yet.
 *
 * An observation is how many days something was watched and how that ended: not yet
 * (censored), in the one way or in the other.  With n_t still watched on day t, d_t ended and
 * S the product of 1 - d_t/n_t (Kaplan and Meier), the share that came to the one end by day
 * t is the sum of S_before * d1_t/n_t (Aalen and Johansen); what ends and what is censored on
 * the same day was both watched that day.  Intervals of 95% are those of the log-log
 * transform, with the variance of Marubini and Valsecchi for shares and Greenwood's for S.
 */
#ifndef INCIDENCE_H
#define INCIDENCE_H

#include <stddef.h>
#include <stdint.h>
#include "stats.h"

enum ending { NOT_YET, ONE, OTHER };

struct watched {
	uint32_t key; /* the caller's */
	int32_t days;
	enum ending ending;
};

struct incidence {
	double one, other, still; /* at the last day anything was watched */
	struct interval one_in;
	int32_t days; /* that day */
	size_t ended[3]; /* by ending */
};

struct waiting {
	int32_t days, low, high; /* below 0: not reached */
};

void incidence_sort(struct watched *, size_t n); /* by key, then as both below need it */
struct incidence incidence_of(const struct watched *, size_t n);

/* By when a share of all has come to either end: the first day on which S <= 1 - share. */
struct waiting incidence_wait(const struct watched *, size_t n, double share);

#endif
