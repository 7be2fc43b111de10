/*
 * company - what was won beyond expectation, by segment and recorded day, as it is known.
 *
 * A segment that is set apart is judged by its own deals only, all others and the company as
 * if its deals had never been, and its days since then are not usual ones.  When it is taken
 * back, what moved it is taken out: of the deals of those days, if it has ended, so that they
 * look like any others; of all earlier ones, if it has stayed.  Days count from `first`.
 */
#ifndef COMPANY_H
#define COMPANY_H

#include "expect.h"
#include "rules.h"
#include "sums.h"

enum { WINDOWS = 9, SCAN_HISTORY = 540, SCAN_LONGEST = 140 }; /* days */
extern const int32_t company_windows[WINDOWS];

/* Own offsets are known beforehand as if by so much v: they may well be half a logit. */
enum { SCAN_OWN_V = 4 };

struct company {
	const struct segments *segments;
	const struct rules *rules;
	struct expect expect;
	struct sums windows, usual; /* by what each is for */
	int32_t *apart; /* by segment: since that day; -1: it is not */
	double *shift; /* by deal: what episodes that are over explain, in logits */
	double *noise; /* variance of 28 days' mean, in logits, by family */
	int32_t first;
	double scale[SCAN_HISTORY / 7 + 1]; /* of noise, by weeks; 28 days: 1 */
	double threshold[LEVELS][WINDOWS]; /* short windows must show more */
};

void company_make(
    struct company *, const struct segments *, const struct rules *, int32_t days);
void company_refit(struct company *, int32_t day); /* of all deals before it; and the noise */
void company_deal(struct company *, size_t deal); /* one recorded today */
void company_close(struct company *, int32_t day); /* after the last of the day's deals */
void company_set_apart(struct company *, uint32_t segment, int32_t from, int32_t today);

/* Taken back: what moved it, in logits, ended on the day `to`; or it has stayed. */
void company_end(struct company *, uint32_t segment, int32_t to, double shift, int32_t today);
void company_accept(struct company *, uint32_t segment, double shift, int32_t today);

/* How much more chance varies a segment usually off by that, than one that is not. */
double company_spread(const struct company *, double offset);
void company_release(struct company *);

#endif
