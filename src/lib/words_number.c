#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "words.h"

/* A half goes up, also where the binary of 28.5 is a hair below it. */
static double
rounded(double value, int places)
{
	double scale = places == 0 ? 1 : 10;

	return floor(value * scale + 0.5 + 1e-9) / scale;
}

/* Nothing that is not 0 or 100 reads so: 0.4%, 99.6%, <0.1%. */
char *
words_percent(double rate, int places)
{
	double percent = 100 * rate;
	bool inside = percent > 0 && percent < 100;

	if (inside && (rounded(percent, places) <= 0 || rounded(percent, places) >= 100))
		places = 1;
	if (inside && rounded(percent, places) <= 0)
		return mem_printf("<0.1%%");
	if (inside && rounded(percent, places) >= 100)
		return mem_printf(">99.9%%");
	if (places == 0 && percent >= 0 && percent < 1000) /* most are, and it is far quicker */
		return mem_printf("%d%%", (int)rounded(percent, 0));
	return mem_printf("%.*f%%", places, rounded(percent, places));
}

char *
words_number(long long number)
{
	char digits[24], text[40], *to = text;
	int len = snprintf(digits, sizeof digits, "%lld", number);

	for (int i = 0; i < len; i++) {
		*to++ = digits[i];
		if (digits[i] != '-' && i < len - 1 && (len - 1 - i) % 3 == 0)
			*to++ = ',';
	}
	return mem_copy(text, (size_t)(to - text));
}

char *
words_count(long long count, const char *one, const char *many)
{
	char *number = words_number(count);
	char *text = mem_printf("%s %s", number, count == 1 ? one : many);

	free(number);
	return text;
}

static const char *
symbol(const char *currency)
{
	static const struct {
		const char *code, *symbol;
	} known[] = { { "USD", "$" }, { "EUR", "€" }, { "GBP", "£" }, { "INR", "₹" },
		{ "JPY", "¥" }, { "BRL", "R$" }, { "AUD", "A$" }, { "CAD", "C$" },
		{ "SGD", "S$" }, { "KRW", "₩" }, { "ILS", "₪" } };

	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (strcmp(known[i].code, currency) == 0)
			return known[i].symbol;
	return NULL;
}

/* Three digits at most before the unit, one after the point while there are two or fewer. */
static char *
scaled(double amount)
{
	static const char units[] = " KMBT";
	size_t unit = 0;

	while (units[unit + 1] != '\0' && rounded(amount, unit > 0 && amount < 100) >= 1000) {
		amount /= 1000;
		unit++;
	}
	int places = unit > 1 && amount < 99.95 ? 1 : unit == 1 && amount < 9.95 ? 1 : 0;
	if (rounded(amount, places) == rounded(amount, 0))
		places = 0;
	return mem_printf("%.*f%.*s", places, rounded(amount, places), unit > 0, &units[unit]);
}

char *
words_amount(double amount, const char *currency)
{
	const char *sign = symbol(currency), *minus = amount < 0 ? "-" : "";
	char *number = scaled(fabs(amount));
	char *text = sign != NULL ? mem_printf("%s%s%s", minus, sign, number)
				  : mem_printf("%s%s%s %s", minus, currency, "", number);

	free(number);
	return text;
}
