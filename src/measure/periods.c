#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "periods.h"
#include "when.h"

/* The day after the month that begins on that day. */
static int32_t
after_month(int32_t first)
{
	enum { LONGEST = 31 };

	return when_month(first + LONGEST);
}

static int32_t
quarter(int32_t day, int starts)
{
	char text[WHEN_DAY_LEN];
	int32_t first = when_month(day);

	when_text(first, text);
	for (int number = (text[5] - '0') * 10 + text[6] - '0'; (number + 12 - starts) % 3 != 0;
	     number--)
		first = when_month(first - 1);
	return first;
}

static int32_t
week(int32_t day, int starts)
{
	(void)starts;
	return when_week(day);
}

static int32_t
month(int32_t day, int starts)
{
	(void)starts;
	return when_month(day);
}

static int32_t
after_week(int32_t first)
{
	return first + 7;
}

static int32_t
after_quarter(int32_t first)
{
	return after_month(after_month(after_month(first)));
}

static const struct bucket {
	const char *name;
	int32_t (*start)(int32_t day, int starts); /* starts: the first month of the year */
	int32_t (*after)(int32_t start);
	double months;
} buckets[] = {
	{ "week", week, after_week, 7 / 30.436875 },
	{ "month", month, after_month, 1 },
	{ "quarter", quarter, after_quarter, 3 },
};

static const struct bucket *
bucket_named(const char *name)
{
	for (size_t i = 0; i < sizeof buckets / sizeof *buckets; i++)
		if (strcmp(buckets[i].name, name) == 0)
			return &buckets[i];
	return NULL;
}

bool
periods_known(const char *bucket)
{
	return bucket_named(bucket) != NULL;
}

struct periods
periods_of(const char *name, size_t count, int32_t as_of, int starts)
{
	const struct bucket *bucket = bucket_named(name);
	struct periods periods = { .buckets = count,
		.count = count + 1,
		.at = mem_new(count + 1, sizeof *periods.at),
		.months = bucket->months,
		.as_of = as_of };
	int32_t from = bucket->start(as_of, starts);

	for (size_t i = count; i-- > 0; from = bucket->start(from - 1, starts)) {
		int32_t end = bucket->after(from) - 1;
		periods.at[i] =
		    (struct period){ bucket->name, from, end < as_of ? end : as_of, end };
	}
	periods.at[count] = (struct period){ "year", as_of - YEAR + 1, as_of, as_of };
	return periods;
}

void
periods_release(struct periods *periods)
{
	free(periods->at);
}

size_t
periods_with(const struct periods *periods, int32_t day, size_t which[2])
{
	size_t low = 0, high = periods->buckets, found = 0;
	const struct period *year = &periods->at[periods->buckets];

	if (day > periods->as_of)
		return 0;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (periods->at[middle].end < day)
			low = middle + 1;
		else
			high = middle;
	}
	if (low < periods->buckets && periods->at[low].from <= day)
		which[found++] = low;
	if (year->from <= day)
		which[found++] = periods->buckets;
	return found;
}
