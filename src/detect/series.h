/*
 * series - unusual values of any metric: `metric_anomaly`, and `stage_conversion`, which is
 * the same of how many deals go on from a stage.
 *
 * Each series has a chart (chart.h) that sees a value when its bucket is over and never looks
 * ahead.  Its threshold is what `max_false_alarms_per_quarter` asks for, shared by the series
 * that are judged that day, and by ten if they are fewer.  One incident, one finding: from the
 * day it opened until it ended; none of a segment that has, or is, a part of one whose same
 * metric is told to have moved the same way.
 */
#ifndef SERIES_H
#define SERIES_H

#include "chart.h"
#include "conf.h"
#include "lines.h"

struct rec_out;

enum series_kind { SERIES_ANOMALY, SERIES_STAGE, SERIES_KINDS };

struct series_rules {
	bool on, down, up;
	double alarms, min_n; /* a quarter; of a value, if it has one */
	const json_t *metrics; /* NULL: all that no other kind names */
	struct chart_rules chart[BUCKETS];
};

struct series_chart {
	struct chart chart;
	enum series_kind kind; /* SERIES_KINDS: nobody's */
	int32_t opened, last; /* days: of the incident, and the end of the last bucket */
	double threshold;
	size_t tried;
	bool explained; /* by one that was told when the incident opened */
};

struct series {
	struct series_rules rules[SERIES_KINDS];
	struct lines lines;
	struct series_chart *at; /* by line */
	size_t next; /* value to come */
};

void series_make(struct series *, const struct conf *, const char *path); /* NULL: none */
void series_day(struct series *, int32_t today); /* days of the calendar, in order */

/* The incidents that opened today, or all that live; how many were written. */
size_t series_write(const struct series *, int32_t today, bool opened, struct rec_out *);
void series_release(struct series *);

#endif
