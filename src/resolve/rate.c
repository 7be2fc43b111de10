#include <string.h>

#include "money.h"
#include "rates.h"

enum { WHOLE = 8, CENT = MONEY_ONE / 100 }; /* digits before the point; a cent */
static const int64_t one = 10000000000;
static const int64_t money_most = (int64_t)100000000000000 * MONEY_ONE; /* fourteen digits */

__extension__ typedef __int128 wide;

bool
rate_read(struct span text, int64_t *rate)
{
	const char *point = memchr(text.at, '.', text.len);
	size_t whole = point != NULL ? (size_t)(point - text.at) : text.len,
	       places = text.len - whole - (point != NULL);
	int64_t value = 0;

	if (whole == 0 || whole > WHOLE || places > RATE_PLACES
	    || (point != NULL && places == 0))
		return false;
	for (size_t i = 0; i < text.len; i++) {
		unsigned figure = (unsigned)text.at[i] - '0';
		if (i == whole)
			continue;
		if (figure > 9)
			return false;
		value = value * 10 + (int64_t)figure;
	}
	for (; places < RATE_PLACES; places++)
		value *= 10;
	*rate = value;
	return value > 0;
}

struct span
rate_text(int64_t rate, char text[RATE_TEXT_MAX])
{
	char *end = text + RATE_TEXT_MAX, *p = end;
	int64_t rest = rate;

	for (int place = 0; place < RATE_PLACES; place++, rest /= 10)
		if (p < end || rest % 10 != 0)
			*--p = (char)('0' + rest % 10);
	if (p < end)
		*--p = '.';
	do
		*--p = (char)('0' + rest % 10);
	while ((rest /= 10) != 0);
	return (struct span){ p, (size_t)(end - p) };
}

/* Half away from zero; the divisor is positive. */
static wide
divided(wide value, wide divisor)
{
	wide half = value < 0 ? -(divisor / 2) : divisor / 2;

	return (value + half) / divisor;
}

bool
rate_convert(int64_t amount, int64_t rate, int64_t *converted)
{
	wide cents = divided((wide)amount * rate, (wide)one * CENT);

	if (cents * CENT >= money_most || cents * CENT <= -money_most)
		return false;
	*converted = (int64_t)(cents * CENT);
	return true;
}

bool
rate_of(int64_t converted, int64_t original, int64_t *rate)
{
	if (original <= 0 || converted <= 0)
		return false;
	wide value = divided((wide)converted * one, original);
	*rate = value < INT64_MAX ? (int64_t)value : 0;
	return *rate > 0;
}
