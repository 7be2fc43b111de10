/*
 * periods - the times that are measured: the last buckets up to a day, and the year to it.
 *
 * A bucket is a week (from Monday), a month or a quarter of a year that `starts` with that month
 * (1 is January); the last one has the day and ends
 * with it for as long as it is not over.  The year is the 365 days that end with the day; it
 * stands after the buckets.
 */
#ifndef PERIODS_H
#define PERIODS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PERIODS_MAX = 1000, YEAR = 365 };

struct period {
	const char *bucket;
	int32_t from, to; /* days, both in it; to: at most the day */
	int32_t end; /* the last day it will have */
};

struct periods {
	size_t buckets, count; /* count: and the year */
	struct period *at;
	double months; /* of one bucket */
	int32_t as_of;
};

struct periods periods_of(const char *bucket, size_t buckets, int32_t as_of, int starts);
bool periods_known(const char *bucket);
void periods_release(struct periods *);

/* Those a day is in: how many, at most two. */
size_t periods_with(const struct periods *, int32_t day, size_t which[2]);

#endif
