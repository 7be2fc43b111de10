#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conf.h"
#include "diag.h"
#include "mem.h"
#include "names.h"
#include "rates.h"
#include "schema.h"
#include "when.h"

/* The file itself, so that what people read is what is checked. */
__asm__(".section .rodata\n"
	".global schema_rates\n"
	"schema_rates: .incbin \"schemas/rates.json\"\n"
	".byte 0\n"
	".previous");
extern const char schema_rates[];

struct rate {
	int32_t from;
	int64_t rate;
};

struct table {
	struct rate *at; /* by day */
	size_t count;
};

struct rates {
	struct conf *conf;
	const char *home;
	struct names *currencies;
	struct table *tables; /* by currency */
};

/*
 * jansson has made a double of a number; the fewest places that read back equal are what was
 * written, if that had at most fifteen digits.
 */
static bool
read_decimal(const json_t *value, int64_t *rate)
{
	double number = json_number_value(value);
	char text[64];

	if (json_is_string(value))
		return rate_read(span(json_string_value(value)), rate);
	for (int places = 0; places <= RATE_PLACES && number < 1e9; places++) {
		snprintf(text, sizeof text, "%.*f", places, number);
		if (strtod(text, NULL) == number)
			return rate_read(span(text), rate);
	}
	return false;
}

static struct rate
read_rate(const struct conf *conf, const char *base, const char *day, const json_t *value)
{
	struct rate rate;
	char *pointer = conf_below(base, day);

	if (!when_day(span(day), &rate.from))
		conf_die(conf, pointer, "%s: no such day", day);
	if (!read_decimal(value, &rate.rate))
		conf_die(conf, pointer,
		    "must be a plain decimal above 0, of at most 8 digits and 10 places");
	free(pointer);
	return rate;
}

static int
by_day(const void *a, const void *b)
{
	const struct rate *x = a, *y = b;

	return (x->from > y->from) - (x->from < y->from);
}

static struct table
read_table(const struct conf *conf, const char *currency, const json_t *days)
{
	struct table table = { .at = mem_new(json_object_size(days) + 1, sizeof *table.at) };
	char *base = conf_below("/rates", currency);
	const char *day;
	json_t *value;

	json_object_foreach ((json_t *)days, day, value)
		table.at[table.count++] = read_rate(conf, base, day, value);
	qsort(table.at, table.count, sizeof *table.at, by_day);
	free(base);
	return table;
}

struct rates *
rates_load(const char *path, const char *home)
{
	struct rates *rates = mem_new(1, sizeof *rates);
	struct conf *conf = rates->conf = conf_load(path);
	const char *currency;
	json_t *days;

	schema_conf_text(conf, "schemas/rates.json", schema_rates);
	rates->home = conf_text(conf, "/to", "");
	if (home != NULL && strcmp(home, rates->home) != 0)
		conf_die(conf, "/to", "is %s, but the company counts in %s", rates->home, home);
	rates->currencies = names_new();
	rates->tables =
	    mem_new(json_object_size(conf_at(conf, "/rates")) + 1, sizeof *rates->tables);
	json_object_foreach (conf_at(conf, "/rates"), currency, days)
		rates->tables[names_add(rates->currencies, span(currency))] =
			read_table(conf, currency, days);
	return rates;
}

const char *
rates_home(const struct rates *rates)
{
	return rates->home;
}

bool
rates_on(const struct rates *rates, struct span currency, int32_t day, int64_t *rate)
{
	uint32_t number;
	size_t low = 0, high;

	if (!names_find(rates->currencies, currency, &number))
		return false;
	const struct table *table = &rates->tables[number];
	for (high = table->count; low < high;) {
		size_t middle = low + (high - low) / 2;
		if (table->at[middle].from <= day)
			low = middle + 1;
		else
			high = middle;
	}
	if (low > 0)
		*rate = table->at[low - 1].rate;
	return low > 0;
}

void
rates_free(struct rates *rates)
{
	if (rates == NULL)
		return;
	for (uint32_t i = 0; i < names_count(rates->currencies); i++)
		free(rates->tables[i].at);
	free(rates->tables);
	names_free(rates->currencies);
	conf_free(rates->conf);
	free(rates);
}
