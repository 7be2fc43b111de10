#include "money.h"

enum { WHOLE_MAX = 14 };

/* Adds digits to the value; gives how many, or one more than `most` if there are more. */
static int
read_digits(const char **p, const char *end, int most, uint64_t *value)
{
	const char *digit = *p, *limit = end - *p > most ? *p + most + 1 : end;
	unsigned figure;

	for (; digit < limit && (figure = (unsigned)*digit - '0') <= 9; digit++)
		*value = *value * 10 + figure;
	int count = (int)(digit - *p);
	*p = digit;
	return count;
}

bool
money_read(struct span text, int64_t *amount)
{
	const char *p = text.at, *end = text.at + text.len;
	bool negative = p < end && *p == '-';
	uint64_t value = 0; /* of 19 digits at most, before they are found too many */

	p += negative;
	int whole = read_digits(&p, end, WHOLE_MAX, &value), places = 0;
	if (whole == 0 || whole > WHOLE_MAX)
		return false;
	if (p < end && *p == '.') {
		p++;
		places = read_digits(&p, end, MONEY_PLACES, &value);
		if (places == 0 || places > MONEY_PLACES)
			return false;
	}
	if (p < end)
		return false;
	for (; places < MONEY_PLACES; places++)
		value *= 10;
	*amount = negative ? -(int64_t)value : (int64_t)value;
	return true;
}

struct span
money_text(int64_t amount, char text[MONEY_TEXT_MAX])
{
	uint64_t rest = amount < 0 ? -(uint64_t)amount : (uint64_t)amount;
	char *end = text + MONEY_TEXT_MAX, *p = end;
	int places = MONEY_PLACES;

	if (rest % MONEY_ONE == 0) {
		rest /= MONEY_ONE;
		places = 0;
	}
	for (int place = places; place > 0; place--, rest /= 10) {
		if (p < end || rest % 10 != 0)
			*--p = (char)('0' + rest % 10);
	}
	if (p < end)
		*--p = '.';
	do
		*--p = (char)('0' + rest % 10);
	while ((rest /= 10) != 0);
	if (amount < 0)
		*--p = '-';
	return (struct span){ p, (size_t)(end - p) };
}
