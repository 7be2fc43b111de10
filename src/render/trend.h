/*
 * trend - the company's win rate by week as the places of a drawing: what html/trend draws.
 *
 *	width, height, left, right, top, bottom, label_x, month_y   the frame, in points
 *	band, line      paths: the 95 % interval and the rate; gaps where nothing was decided
 *	dots            {x, y, label, percent, days, range, counts, raw: {back, won, n, rate,
 *	                low, high}}, one a week; last: the same of the newest week
 *	ticks, months   {y, label} and {x, label, back}; back: weeks before the newest
 *	usual           {y, label, rate}: the rate of all weeks drawn; lowest, highest: of a week
 *	days, weeks     from when to when, in words; how many
 */
#ifndef TREND_H
#define TREND_H

#include <jansson.h>
#include "history.h"

json_t *trend(const struct history *); /* NULL: fewer than two weeks have a rate */

#endif
