/*
 * insights - segments that win reliably more than the rest of the company, over a year.
 *
 * Counts are of the metrics.  A segment of deals enough fires when its rate is above that of
 * the rest by more than chance at the thresholds of the scan.  Of all that fire, the best few
 * are chosen every 28 days, none a part of another; they live until the next choice.
 */
#ifndef INSIGHTS_H
#define INSIGHTS_H

#include "finding.h"
#include "metrics.h"
#include "rules.h"

struct insight {
	uint32_t segment; /* or SEGMENT_NONE: never one */
	struct counts decided;
	int64_t cycle_days, cycle_count;
	bool live, chosen; /* until the next choice, and in this one */
	int32_t opened;
};

struct insights {
	const struct segments *segments;
	const struct metrics *metrics;
	const struct rules *rules;
	struct insight *at; /* by series */
	size_t company; /* its series, or metrics->series if there is none */
	size_t next, last; /* metrics to come in, to go out */
	size_t tried;
};

void insights_make(
    struct insights *, const struct segments *, const struct metrics *, const struct rules *);
void insights_day(struct insights *, int32_t day); /* each day of the calendar, in order */
void insights_choose(struct insights *, int32_t day);
struct finding insights_finding(const struct insights *, size_t series, int32_t day);
void insights_release(struct insights *);

#endif
