/*
 * sums - what is counted of a set of deals, and how two such counts become one.
 *
 * Each measure has a total and the number of deals it is the total of: the amount (money.h)
 * of those won, lost and open; the days from creation to close of those decided.
 */
#ifndef SUMS_H
#define SUMS_H

#include <stdbool.h>
#include <stdint.h>

#define SUMS_MAX INT64_C(999999999999999999) /* as much as money_read reads */

enum measure { WON, LOST, OPEN, CYCLE, MEASURES };

struct sums {
	int64_t total[MEASURES];
	uint32_t count[MEASURES];
};

static inline void
sums_add(struct sums *sums, const struct sums *more)
{
	for (int i = 0; i < MEASURES; i++)
		sums->total[i] += more->total[i];
	for (int i = 0; i < MEASURES; i++)
		sums->count[i] += more->count[i];
}

/* After that: whether the sums still are what they ought to be. */
static inline bool
sums_fit(const struct sums *sums, const struct sums *more)
{
	int64_t amount = sums->total[WON] + sums->total[LOST] + sums->total[OPEN];
	bool fit = amount >= -SUMS_MAX && amount <= SUMS_MAX;

	for (int i = 0; i < MEASURES; i++)
		fit = fit && sums->total[i] >= -SUMS_MAX && sums->total[i] <= SUMS_MAX
		    && sums->count[i] >= more->count[i];
	return fit;
}

#endif
