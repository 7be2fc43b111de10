/*
 * chart - an EWMA control chart of one series: numbers in, what is unusual out.
 *
 * Points come in order of their buckets, each judged by those before it alone.  A value
 * counted from n things (a rate, a mean) is taken as it is, its variance as 1/n; any other by
 * its root, which evens the noise of counts and amounts.  What is expected is a late level, its
 * drift and the season, as far as earlier turns of it came true; residuals are in units of
 * their robust scale, of rates never less than the binomial one.
 *
 * An incident opens when |z| passes its limit, lives while |z| is above half of that, and
 * teaches the chart nothing; one that lives for `absorb` points is the new usual.
 */
#ifndef CHART_H
#define CHART_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct chart_rules {
	double period, reach; /* of the season, in buckets; what is near the same place in it */
	size_t history, absorb; /* points: needed before one is judged; an incident's most */
	double min_change, min_points; /* since it began: relative; of a rate, in percent */
};

struct chart_point {
	int32_t bucket; /* consecutive buckets have consecutive numbers */
	double value, n; /* n: 0 if it was not counted from something */
	double x, weight; /* on the chart's scale */
	double late, level, expected, deviation, residual; /* late: the level before drift */
	bool usual, expects; /* no incident's; there was a level to compare it with */
};

struct chart {
	struct chart_point *at;
	size_t count, room, levelled, known; /* before levelled they are in the level: known */
	double level, weights, squares; /* sums */
	double season_with, season_of; /* of the regression on the season */
	size_t seasons, scaled; /* how many these are of, and the next two */
	double scale, correlation; /* of residuals */
	double ewma, z, limit; /* limit: the threshold, for so little history */
	int sign; /* of the incident; 0: none */
	size_t opened, began; /* points of it */
	bool bounded; /* values so far are within 0 to 1: rates */
};

double chart_threshold(double alarms); /* for so many false ones a bucket */
void chart_make(struct chart *);
bool chart_is_ready(const struct chart *, const struct chart_rules *);
void chart_add(struct chart *, const struct chart_rules *, int32_t bucket, double value,
    double n, double threshold);
/* Means from a point on, weighed by n; and half the width of their 95 % intervals. */
struct chart_change {
	double value, baseline, value_half, baseline_half, n;
};
struct chart_change chart_change(const struct chart *, size_t first);
void chart_release(struct chart *);

#endif
