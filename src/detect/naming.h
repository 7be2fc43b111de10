/*
 * naming - which segment tells a change best: of a whole that changed and its parts, all fire.
 *
 * The score is z^2/2 and a prior: wholes and conditions are likelier to change than pairs.
 */
#ifndef NAMING_H
#define NAMING_H

#include "incidents.h"

/* Whether they are the same, or one has just one condition more. */
bool naming_near(const struct company *, uint32_t a, uint32_t b);

/* Of a segment that fired and those near it. */
uint32_t naming_best(const struct incidents *, uint32_t fired, int sign);

struct name {
	uint32_t segment;
	bool cohort;
	double score;
};

/* Of all segments, over the span of an incident; false if none is clearly better. */
bool naming_better(
    const struct incidents *, const struct incident *, int32_t today, struct name *);

#endif
