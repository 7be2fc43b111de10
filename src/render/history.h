/*
 * history - what the metrics say of each week: the company's, and each one-condition
 * segment's, reps among them (HISTORY_REP), whose numbers are for their managers.
 *
 * weeks[0] is the newest week of the whole history, the one that has its last day; each is a
 * sum, so any of them can be added.  Metrics by day or week are read, of the clock that comes
 * first and is not "created".  A metric that makes no sense ends the program (65).
 */
#ifndef HISTORY_H
#define HISTORY_H

#include <stddef.h>
#include <stdint.h>

enum { HISTORY_WEEKS = 53 };
#define HISTORY_REP "sales_rep_id"

struct sums {
	int64_t won, lost, won_amount, cycle_days,
	    cycle_count; /* won_amount as money.h has it */
};

struct series {
	char *dimension, *value; /* NULL: the company */
	int32_t newest; /* week, counted as its Monday is */
	struct sums weeks[HISTORY_WEEKS];
};

struct history {
	int32_t through; /* the last day there is a metric of; 0: there is none */
	struct series company;
	struct series **segments; /* in the order they came */
	size_t count;
};

struct history *history_read(const char *path);
void history_free(struct history *);

struct sums history_sum(const struct series *, size_t from, size_t to); /* weeks [from, to) */

#endif
