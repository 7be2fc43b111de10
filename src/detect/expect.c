#include "expect.h"

enum { TRAIN = 730, GAP = 112, ENOUGH = 100 };

struct expect
expect_fit(const struct deals *deals, int32_t first, int32_t day)
{
	int32_t gap = (day - first) / 3 < GAP ? (day - first) / 3 : GAP;
	size_t from = deals_from(deals, day - gap - TRAIN), to = deals_from(deals, day - gap);
	double won = 0;

	if (to - from < ENOUGH) { /* all there is */
		from = 0;
		to = deals_from(deals, day);
	}
	for (size_t i = from; i < to; i++)
		won += deals->at[i].won;
	/* One deal of each kind beside: a rate of 0 or 1 has no spread. */
	return (struct expect){ (won + 1) / ((double)(to - from) + 2) };
}

double
expect_chance(const struct expect *expect, const struct deals *deals, size_t deal)
{
	(void)deals;
	(void)deal;
	return expect->rate;
}
