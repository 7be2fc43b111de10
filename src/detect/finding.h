/*
 * finding - what was found, as numbers; and as the record that others read.
 */
#ifndef FINDING_H
#define FINDING_H

#include "evidence.h"
#include "stats.h"

struct rec_out;

struct finding {
	const char *type, *clock; /* by which deals were counted */
	uint32_t segment;
	int sign;
	int32_t day, opened, from, to; /* days of the calendar */
	struct counts recent, usual; /* as counted */
	double expected; /* of recent.n, to be won */
	double value, baseline;
	struct interval value_in, baseline_in; /* 95 % */
	double z, threshold;
	size_t tried, evaluated; /* segments that day, days so far */
	double momentum, probability; /* of a rep; else 0 */
	double velocity; /* of an insight, if known; else 0 */
};

/* Sets rates and their Wilson intervals from the counts. */
void finding_rates(struct finding *);
void finding_write(struct rec_out *, const struct segments *, const struct finding *);

#endif
