/*
 * scan - how surprising the win rate of a segment is, in each of nine windows of days.
 *
 * r and v of a window are compared with the segment's own offset over the 540 days before it
 * and with the rest of the company in the same window; what is left is measured against
 * chance and against the noise that segments of its family have anyway.
 *
 * A segment that is set apart is judged by its own deals only, all others and the company as
 * if its deals had never been, and its days since then are not usual ones.  When it is taken
 * back, what moved it is taken out: of the deals of those days, if it has ended, so that they
 * look like any others; of all earlier ones, if it has stayed.  Days count from `first`.
 */
#ifndef SCAN_H
#define SCAN_H

#include "expect.h"
#include "rules.h"
#include "sums.h"

enum { WINDOWS = 9, SCAN_HISTORY = 540, SCAN_LONGEST = 140 }; /* days */

struct scan {
	const struct segments *segments;
	const struct rules *rules;
	struct expect expect;
	struct sums windows, usual; /* by what each is for */
	int32_t *apart; /* by segment: since that day; -1: it is not */
	double *shift; /* by deal: what ended episodes explain, in logits */
	double *noise; /* variance of 28 days' mean, in logits, by family */
	int32_t first;
	double scale[SCAN_HISTORY / 7 + 1]; /* of noise, by weeks; 28 days: 1 */
	double threshold[LEVELS][WINDOWS];
};

struct surprise {
	int32_t days; /* of the window; 0: none had deals enough */
	double z, threshold;
	double lack; /* won beyond the expected number */
	double shift; /* the same as a change of the rate, in logits */
	double visible; /* the smallest change of the rate that would have fired here */
};

void scan_make(struct scan *, const struct segments *, const struct rules *, int32_t days);
void scan_refit(struct scan *, int32_t day); /* of all deals before it; and the noise */
void scan_deal(struct scan *, size_t deal); /* one recorded today */
void scan_close(struct scan *, int32_t day); /* after the last of the day's deals */

void scan_set_apart(struct scan *, uint32_t segment, int32_t from, int32_t today);
void scan_end(
    struct scan *, uint32_t segment, int32_t to, int32_t today); /* to: not included */
void scan_accept(struct scan *, uint32_t segment, int32_t today);
void scan_release(struct scan *);

/*
 * The window of `longest` days at most that goes furthest beyond its threshold, in one
 * direction (-1, 1) or either (0).
 */
struct surprise scan_segment(
    const struct scan *, uint32_t segment, int32_t today, int32_t longest, int sign);
struct surprise scan_lately(const struct scan *, uint32_t segment, int32_t today); /* 28 days */
bool surprise_fires(const struct surprise *);

/* How well a change of that direction is told by this segment: log likelihood and prior. */
double scan_name(const struct scan *, uint32_t segment, int32_t today, int sign);

#endif
