/*
 * event - a change that is no win rate, of one part: the company, or one value of a dimension.
 *
 * Every look at it is kept, so that it can be told as it stood on any day: those to come
 * change nothing.  An event that is never opened is known, but nobody hears of it.  Days
 * count from `first`, a day of the calendar.
 */
#ifndef EVENT_H
#define EVENT_H

#include "evidence.h"

struct rec_out;
struct tuning;

enum { EVENT_LIVES = 28 }; /* days after the last look at which it was seen */

struct look {
	int32_t day, from; /* of what was looked at; to: the day */
	double n, count, expected; /* deals, how many of them count, how many were expected */
	double baseline, baseline_n; /* a share, and what it is a share of; else 0 */
	double z, threshold;
	size_t tried; /* parts that were looked at */
	bool seen; /* it is still there */
};

struct event {
	const char *type, *clock; /* by which deals were counted */
	struct condition part; /* dimension CODE_NONE: the company */
	int sign;
	int32_t from; /* it began then at the earliest */
	int32_t opened; /* the day it was told first, or -1 */
	int32_t silent; /* it is not opened before that day */
	int32_t usual; /* it is what is usual from that day on; 0: from none */
	size_t count;
	struct look *looks;
};

struct events {
	const struct deals *deals;
	int32_t first;
	size_t count;
	struct event *at;
};

struct event *event_add(struct events *, struct event); /* lives until the next is added */
void event_look(struct event *, struct look);

/* Opens it on the day, if so much is open there by then and it is told for the first time. */
void event_open(const struct events *, struct event *, const struct tuning *, int32_t day);

/* The last look by that day, or NULL if it was not told by then or lives no more. */
const struct look *event_told(const struct event *, int32_t today, bool opened_only);

/* The part alone, for functions that take a segment: it is segment 0 of these. */
struct segments event_part(
    const struct deals *, struct condition part, struct segment *segment);
void event_release(struct events *);

#endif
