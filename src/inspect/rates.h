/*
 * rates - what deals of a segment win, as factors of the company's odds.
 *
 * The logit of a deal's chance is the company's and an offset for each of its dimensions'
 * values, all of them fitted together, so that a rep of good leads is not praised twice.
 * Offsets of a dimension are drawn towards 0 by as much as its values do not differ beyond
 * chance (empirical Bayes): lambda = 1 / mean of (offset^2 + its variance).
 */
#ifndef RATES_H
#define RATES_H

#include "deals.h"

struct rates {
	const struct deals *deals;
	double company; /* logit */
	double **offset; /* by dimension and value */
	size_t decided, won;
};

/* Of the deals decided since that day. */
void rates_fit(struct rates *, const struct deals *, int32_t since);
double rates_offset(const struct rates *, const struct deal *, size_t dimension);
double rates_logit(const struct rates *, const struct deal *);
void rates_release(struct rates *);

static inline uint32_t
code_in(const struct deals *deals, const struct deal *deal, size_t dimension)
{
	return deals->codes[deal->row * deals->dimensions + dimension];
}

#endif
