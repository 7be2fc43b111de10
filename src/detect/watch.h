/*
 * watch - the company, watched day by day from the month of its first recorded deal.
 *
 * Each day sees what was known by then and nothing else, so a night is the last day of a
 * replay, and a backtest is the same replay with all its days told.  In the first 150 days
 * everything is looked at, but nothing is told.
 */
#ifndef WATCH_H
#define WATCH_H

#include "also.h"
#include "incidents.h"
#include "insights.h"
#include "reps.h"
#include "watchlist.h"

struct watch {
	struct rules rules;
	struct metrics metrics;
	struct deals deals;
	struct segments segments;
	struct company company;
	struct incidents incidents;
	struct watchlist watchlist;
	struct reps reps;
	struct insights insights;
	struct also also;
	int32_t days, told; /* from 0: how many there are, the first that is told */
	size_t deal; /* the next to be recorded */
};

/* Reads metrics on stdin; through: the last day, INT32_MAX for the last with a deal. */
void watch_make(struct watch *, const char *rules, const char *deals, int32_t through,
    const char *home); /* home: the currency to count in, or NULL */
void watch_day(struct watch *, int32_t today); /* from 0, in order */

/* A replay may go on from the beginning of a day of a fit: see checkpoint.h. */
int32_t watch_last_fit(const struct watch *); /* 0: there is none */
void watch_pass(struct watch *, int32_t today); /* instead of a day before it */

/* What opened today, or all that lives; how many were written. */
size_t watch_opened(struct watch *, int32_t today, struct rec_out *);
size_t watch_living(struct watch *, int32_t today, struct rec_out *);
void watch_release(struct watch *);

#endif
