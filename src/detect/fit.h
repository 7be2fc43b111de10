/*
 * fit - the step of Newton's method for expect, alone: gradient and curvature of its
 * likelihood, deal by deal, and where they lead.
 *
 * A deal has one value of the widest dimension at most, so that of its values the curvature is
 * a diagonal and what they share with the others.  Thousands of reps then cost no more than
 * their number.
 */
#ifndef FIT_H
#define FIT_H

#include "expect.h"

struct fit {
	const struct expect *expect;
	size_t others; /* coefficients that are not of the widest dimension */
	double *gradient; /* by coefficient */
	pair of_covariates[PAIRS]; /* of the gradient */
	pair (*by_value)[PAIRS]; /* of the curvature: w x of the deals of a value */
	pair by_covariate[COVARIATES][PAIRS]; /* the lower half */
	double *shared; /* [value of the widest or none][others] */
	double *square; /* [others][others], the lower half */
};

void fit_make(struct fit *, const struct expect *);
void fit_begin(struct fit *);
void fit_add(struct fit *, size_t deal, double offset); /* of its logit */
const double *fit_step(struct fit *); /* what to add to each coefficient */
void fit_release(struct fit *);

#endif
