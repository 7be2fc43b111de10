/*
 * metrics - what aggregate counted: which dimensions there are, and the daily counts of
 * decided deals by segment, of the segments an insight may name (those without a rep).
 *
 * Only metrics of one day are taken (another bucket: 65), and of one clock: the first that
 * is not "created", which only declares dimensions.
 */
#ifndef METRICS_H
#define METRICS_H

#include <jansson.h>
#include <stdint.h>

struct rec_in;

struct metric {
	uint32_t series;
	int32_t day;
	int64_t won, lost, cycle_days, cycle_count;
};

struct metrics {
	struct names *dimensions;
	char clock[16]; /* by which they count deals; "": there are none */
	json_t **segments; /* by series */
	struct metric *at; /* by day */
	size_t series, count, read;
};

void metrics_read(struct metrics *, struct rec_in *, const char *rep);
void metrics_release(struct metrics *);

#endif
