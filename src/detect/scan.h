/*
 * scan - how surprising the win rate of a segment is, in each of nine windows of days.
 *
 * r and v of a window are compared with the segment's own offset over the 540 days before it
 * and with the rest of the company in the same window; what is left is measured against
 * chance and against the noise that segments of its family have anyway.
 */
#ifndef SCAN_H
#define SCAN_H

#include "company.h"

struct surprise {
	int32_t days; /* of the window; 0: none had deals enough */
	double z, threshold;
	double lack; /* won beyond the expected number */
	double shift; /* the same as a change in logits, shrunk */
	double visible; /* the smallest change of the rate that would have fired here */
};

/*
 * The window of `longest` days at most that goes furthest beyond its threshold, in one
 * direction (-1, 1) or either (0).
 */
struct surprise scan_segment(
    const struct company *, uint32_t segment, int32_t today, int32_t longest, int sign);
struct surprise scan_lately(
    const struct company *, uint32_t segment, int32_t today); /* in 28 days */
bool surprise_fires(const struct surprise *);

/* The mean shift, in logits, of a segment that is set apart: from then to a day. */
double scan_shift(const struct company *, uint32_t segment, int32_t to);

/*
 * How well a change of that direction is told by this segment: log likelihood and prior, or
 * -INFINITY if it does not fire.
 */
double scan_name(const struct company *, uint32_t segment, int32_t today, int sign);

#endif
