/*
 * expect - the chance with which a deal was to be won, for all that was known that day.
 *
 * A ridge logistic model: an indicator of each value of each dimension (the rep's too, ridge
 * 16), and of the deal itself: an intercept, the last three days and the first five of the
 * month it closed in, the logarithm of its age when it was recorded (with a bend at either
 * side) and of its amount.  It learns from two years that end 112 days before (a third of
 * what there is while there is less), so that the newest drop does not become what is
 * expected, and from what incidents explain of those deals, as an offset.
 *
 * Deals of all days are judged by one fit, and sums remember only differences from it: what
 * it has wrong for a segment all along cancels.  Source: METHODS, the model of the SCAN.
 */
#ifndef EXPECT_H
#define EXPECT_H

#include <math.h>
#include "deals.h"

/* The last is always 0: eight at once are quicker than seven one by one. */
enum { COVARIATES = 8 };
typedef double covariates __attribute__((vector_size(8 * sizeof(double)), aligned(16)));

struct expect {
	const struct deals *deals;
	size_t size, values; /* coefficients: of values, then of covariates */
	size_t widest, wide; /* the dimension of most values, and how many; they come first */
	double *coefficient, *ridge; /* that of what has no value is at `wide`, and stays 0 */
	covariates *covariate; /* by decided deal */
	uint32_t *value; /* by decided deal and dimension: the coefficient */
};

struct prediction {
	double logit, age; /* age: its part of the logit */
};

void expect_make(struct expect *, const struct deals *);

/* Learns from decided deals, those left out not, offset[deal] added to each logit. */
void expect_fit(
    struct expect *, size_t from, size_t to, const bool *left_out, const double *offset);
struct prediction expect_of(const struct expect *, size_t deal);
void expect_release(struct expect *);

static inline double
chance_of(double logit)
{
	return 1 / (1 + exp(-logit));
}

#endif
