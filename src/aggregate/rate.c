#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rate.h"

enum { SHORTEST = 15, LONGEST = 17, FRACTION = 52, BIAS = 1075 }; /* decimal digits; bits */

typedef unsigned __int128 wide;

static wide
ten_to(int power)
{
	static const uint64_t ten[] = { 1, 10, 100, 1000, 10000, 100000, 1000000, 10000000,
		100000000, 1000000000, 10000000000, 100000000000 };

	return (wide)ten[power / 2] * ten[power - power / 2];
}

/* digits / 10^places, from the right; and what is 0 at the end is not said. */
static struct span
write_decimal(uint64_t digits, int places, bool negative, char text[RATE_TEXT_MAX])
{
	char *end = text + RATE_TEXT_MAX, *p = end;

	for (; places > 0 && digits % 10 == 0; places--)
		digits /= 10;
	for (int i = 0; i < places; i++, digits /= 10)
		*--p = (char)('0' + digits % 10);
	if (places > 0)
		*--p = '.';
	do
		*--p = (char)('0' + digits % 10);
	while ((digits /= 10) != 0);
	if (negative)
		*--p = '-';
	return (struct span){ p, (size_t)(end - p) };
}

struct span
count_text(uint64_t count, char text[RATE_TEXT_MAX])
{
	return write_decimal(count, 0, false, text);
}

/* value = the mantissa / 2^bits; no value here is subnormal. */
static uint64_t
mantissa_of(double value, int *bits)
{
	const uint64_t one = (uint64_t)1 << FRACTION;
	uint64_t all;

	memcpy(&all, &value, sizeof all);
	*bits = BIAS - (int)(all >> FRACTION & 0x7ff);
	return (all & (one - 1)) | one;
}

/* For values whose decimals, up to the last that may count, fit into 128 bits. */
static struct span
exactly(double value, bool negative, char text[RATE_TEXT_MAX])
{
	int bits, whole_digits = 0;
	wide mantissa = mantissa_of(value, &bits);

	for (double left = value; left >= 1; left /= 10)
		whole_digits++;
	for (double left = value; left < 0.1; left *= 10)
		whole_digits--;
	for (int places = SHORTEST - whole_digits;; places++) {
		wide scaled = mantissa * ten_to(places);
		wide digits = (scaled + ((wide)1 << bits >> 1)) >> bits;
		wide back = digits << bits;
		wide error = back > scaled ? back - scaled : scaled - back;
		if (2 * error < ten_to(places) || places == LONGEST - whole_digits)
			return write_decimal((uint64_t)digits, places, negative, text);
	}
}

static struct span
by_trial(double value, char text[RATE_TEXT_MAX])
{
	for (int digits = SHORTEST; digits <= LONGEST; digits++) {
		snprintf(text, RATE_TEXT_MAX, "%.*g", digits, value);
		if (strtod(text, NULL) == value)
			break;
	}
	return span(text);
}

struct span
rate_text(int64_t part, int64_t whole, char text[RATE_TEXT_MAX])
{
	double value = (double)part / (double)whole, size = fabs(value);

	if (part % whole == 0)
		return write_decimal((uint64_t)llabs(part / whole), 0, part < 0, text);
	if (size < 1e-4 || size >= 1e9)
		return by_trial(value, text);
	return exactly(size, part < 0, text);
}
