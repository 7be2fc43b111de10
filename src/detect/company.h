/*
 * company - what was won beyond expectation, by segment and day, as it is known today.
 *
 * A deal counts on the day its outcome was recorded, and on the day it was created, in each
 * of its segments.  The expectation is fitted anew every 28 days and the past judged by it, as
 * far back as anything looks: windows, open incidents, and what those are compared with, which
 * are days of recording always.  What incidents explain is a shift, in logits, of what is
 * expected of their deals.  Days count from `first`.
 */
#ifndef COMPANY_H
#define COMPANY_H

#include "expect.h"
#include "rules.h"
#include "sums.h"

enum { HISTORY = 540, LONGEST = 140 }; /* days: of own offsets, of windows */

struct company {
	const struct segments *segments;
	const struct rules *rules;
	const bool *left_out; /* by deal: closed in bulk */
	struct expect expect;
	struct sums recorded, created;
	int32_t first, days;
	int32_t cohorts; /* the first day that `created` is kept of */
	double *logit, *age, *shift, *chance; /* by deal; age: its part of the logit */
	double *noise; /* variance of 28 days' mean, in logits, by family */
	uint32_t *deals, *deals_of; /* by segment: its decided deals, as recorded */
};

void company_make(struct company *, const struct segments *, const struct rules *,
    const bool *left_out, int32_t first, int32_t days);
void company_refit(struct company *, int32_t day, int32_t oldest); /* oldest: open incident's */
void company_deal(struct company *, size_t deal); /* one recorded today */
void company_close(struct company *, int32_t day); /* after the last of the day's deals */

/* Expects so much more, in logits, of deals in order of recording. */
void company_shift(
    struct company *, const uint32_t *deals, size_t count, double by, int32_t today);

/* The deals of a segment recorded on those days, in order; how many.  Not those left out. */
size_t company_recorded(
    const struct company *, uint32_t segment, int32_t from, int32_t to, const uint32_t **deals);

/* Of a segment: the prior variance of its own offset around what is expected. */
double company_own_variance(const struct company *, uint32_t segment);
void company_release(struct company *);

#endif
