/*
 * model - what chance each deal of a frame had, by main effects.
 *
 * x = intercept + an effect for the deal's value in each dimension + one for the period after.
 * The effects of a dimension are shrunk by a ridge of its own, 2 to 200, that the data choose
 * (MacKay: the effective number of effects by the sum of their squares, beginning at 8); that
 * of the period has a ridge of 100, a standard deviation of a tenth.  The values of a
 * dimension beyond the VALUES_MOST with most deals share one effect.
 *
 * `before` is fitted on the first period alone; `both` on both, as if nothing but the whole had
 * changed.
 */
#ifndef MODEL_H
#define MODEL_H

#include "frame.h"
#include "logit.h"

enum { VALUES_MOST = 60, SPARE = 2 }; /* SPARE: columns of a row that the caller may add */
#define NO_RANK UINT32_MAX

struct model {
	const struct frame *frame;
	uint32_t **rank; /* by dimension and code: below VALUES_MOST, or NO_RANK */
	size_t *ranks, *first_column; /* by dimension */
	struct design design; /* rows: kind * PERIODS + period */
	struct logit before, both;
};

void model_make(struct model *, const struct frame *);
double model_mix(const struct model *); /* mean chance after, less that before */
void model_release(struct model *);

#endif
