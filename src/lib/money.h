/*
 * money - amounts, exactly.
 *
 * Amounts are counted in ten-thousandths (MONEY_ONE to the unit), so sums are sums of
 * integers and 16406.44 never becomes 16406.439999999999.  Text with an exponent, more than
 * four decimals or more than fourteen digits before them is refused.  money_add says whether
 * the sum still fits; what does not is an error of the caller's data, never a wrapped number.
 */
#ifndef MONEY_H
#define MONEY_H

#include <stdint.h>
#include "span.h"

enum { MONEY_PLACES = 4, MONEY_ONE = 10000, MONEY_TEXT_MAX = 24 };

bool money_read(struct span text, int64_t *amount);
struct span money_text(int64_t amount, char text[MONEY_TEXT_MAX]); /* the shortest */

/* An amount that counts for nothing, since the currency in which all are counted is another. */
static inline bool
money_unlike(const char *home, struct span currency)
{
	return home != NULL && currency.len > 0 && !span_is(currency, home);
}

static inline bool
money_add(int64_t *sum, int64_t amount)
{
	return !__builtin_add_overflow(*sum, amount, sum);
}

#endif
