/*
 * surprise - how surprising the win rate of a segment is in a window, in numbers.
 *
 * r and v of the window, beside the segment's own offset over the days before it and the rest
 * of the company in the same window, against chance and the noise of its family:
 *	z = (r - v rest) / sqrt(v (1 + v (noise + rest variance + own variance)))
 *
 * Without branches: the scan does this with several segments at once.
 */
#ifndef SURPRISE_H
#define SURPRISE_H

#include <math.h>
#include "sums.h"

#define LEAST_V 1.5 /* of a window: less says nothing */

/* What a window shows, less the own offset; ageless: less the age part too. */
struct sight {
	double v, r, ageless, own, own_variance;
};

struct rest { /* of the company, in the same window */
	double off, ageless, variance;
};

/* As fmax, of what is a number. */
static inline double
larger(double a, double b)
{
	return a > b ? a : b;
}

/* prior: one by the variance of own offsets. */
static inline struct sight
sight_of(struct sum in, struct sum past, double prior)
{
	double variance = 1 / (past.v + prior), own = past.r * variance;
	double ageless = in.r + in.a - in.v * past.a / larger(past.v, 1);

	return (struct sight){ in.v, in.r - own * in.v, ageless - own * in.v, own, variance };
}

/* prior: one by the company's noise. */
static inline struct rest
rest_of(struct sight own, struct sight whole, double prior)
{
	double variance = 1 / (larger(whole.v - own.v, 0) + prior);

	return (struct rest){ (whole.r - own.r) * variance,
		(whole.ageless - own.ageless) * variance, variance };
}

static inline double
deviation_of(struct sight own, struct rest rest, double noise)
{
	return sqrt(own.v * (1 + own.v * (noise + rest.variance + own.own_variance)));
}

#endif
