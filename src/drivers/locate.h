/*
 * locate - the segment whose rate changed, and not only the mix.
 *
 * Tried are the whole, each value, and each pair of values of two dimensions, where the
 * variance V of what they are expected to win after is 1.5 at least, and which are not the
 * same deals as a shorter name.  For each, against the model of both periods:
 *
 *	z	the efficient score of a shift of the log odds in the segment, after: the sum of
 *		y - e less what the effects of the model (for a pair also an offset of its own, whose
 *		variance is estimated from all pairs) could explain of it, by its standard deviation
 *	score	the log of the likelihood with that shift (normal, standard deviation .7) to that
 *		without it, the others fitted again (Laplace); + 1.5 for the whole or one value
 *
 * Scores are computed for the LOCATE_REFITTED that promise most by z, and the best is named.
 * Near is what scores less than 2 below it.  It stands out if a |z| like that would come by
 * chance, somewhere among all that were tried, in one comparison of a hundred (Bonferroni).
 */
#ifndef LOCATE_H
#define LOCATE_H

#include "model.h"

enum { LOCATE_REFITTED = 16, LOCATE_PARTS = 2 };

struct shift {
	size_t conditions, dim[LOCATE_PARTS];
	uint32_t code[LOCATE_PARTS];
	struct counts counts;
	double expected; /* to be won after, by the model of the period before */
	double v, slope; /* the variance and the sum of y - e, after */
	double z, logit, score, p;
};

struct located {
	size_t tried, count; /* count: found, the best first, and then those near it */
	struct shift at[LOCATE_REFITTED];
	bool stands_out;
};

/* direction: as a question has it. */
void locate(struct located *, const struct model *, int direction);
bool locate_nested(const struct shift *, const struct shift *); /* either in the other */

#endif
