/*
 * rates - rates.json: what one unit of a currency is in that of the company, day by day.
 *
 *	{"to": "USD", "rates": {"EUR": {"2024-01-01": 1.1039, "2024-04-01": 1.0811}}}
 *
 * A rate holds from its day until the next that is named.  Rates are decimals of at most ten
 * places, below 10^8, read as they are written and never as binary fractions; an amount times a rate is
 * rounded once, half away from zero, to hundredths.  What no longer fits ends the program (65).
 */
#ifndef RATES_H
#define RATES_H

#include <stdbool.h>
#include <stdint.h>
#include "money.h"
#include "span.h"

enum { RATE_TEXT_MAX = MONEY_TEXT_MAX, RATE_PLACES = 10 };

struct rates;

struct rates *rates_load(const char *path, const char *home); /* another home than "to": 78 */
const char *rates_home(const struct rates *);
void rates_free(struct rates *);

/* One unit of it on that day, in ten-billionths; false if nobody says. */
bool rates_on(const struct rates *, struct span currency, int32_t day, int64_t *rate);

bool rate_read(struct span text, int64_t *rate);
struct span rate_text(int64_t rate, char text[RATE_TEXT_MAX]); /* the shortest */
bool rate_of(int64_t converted, int64_t original, int64_t *rate); /* the one between them */
bool rate_convert(int64_t amount, int64_t rate, int64_t *converted); /* false: too large */

#endif
