/*
 * expect - the chance with which a deal was to be won, for all that was known that day.
 *
 * It is the company's own rate over two years that end 112 days before (a third of what
 * there is while there is less), so that the newest drop does not become what is expected.
 * Deals of all days are judged by one fit, and sums remember only differences from it: what
 * it has wrong for a segment all along cancels.  A better model needs to change nothing but
 * this file.
 */
#ifndef EXPECT_H
#define EXPECT_H

#include "deals.h"

struct expect {
	double rate;
};

struct expect expect_fit(const struct deals *, int32_t first, int32_t day);
double expect_chance(const struct expect *, const struct deals *, size_t deal);

#endif
