/*
 * season - what a chart's past says of the same place in the season.
 *
 * A turn of the season is a week of days, a year of weeks or months; over a whole one every
 * season is even, so what a bucket was above the mean of the turn around it is the season's.
 */
#ifndef SEASON_H
#define SEASON_H

#include "chart.h"

/* The usual points of one turn from that bucket on, looked for near a point; false: none. */
bool season_mean(
    const struct chart *, const struct chart_rules *, size_t near, double from, double *mean);

/* The mean of what like buckets of earlier turns were above their turns; false: none. */
bool season_at(
    const struct chart *, const struct chart_rules *, int32_t bucket, double *season);

#endif
