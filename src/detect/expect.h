/*
 * expect - the chance with which a deal was to be won, for all that was known that day.
 *
 * A ridge logistic model: an indicator of each value of each dimension (the rep's too, ridge
 * 16), and of the deal itself: an intercept, the last three days and the first five of the
 * month it closed in, the logarithms of its age when it was recorded (bent at either side) and
 * of its amount.  It learns from two years that end 112 days before (a third of what there is
 * while there is less), so that the newest drop does not become what is expected, and from
 * what incidents explain of those deals, as an offset.  All deals are judged by one fit: what
 * it has wrong for a segment all along cancels.
 */
#ifndef EXPECT_H
#define EXPECT_H

#include <math.h>
#include "deals.h"

/* Two at once; the last is always 0. */
enum { COVARIATES = 8, PAIRS = COVARIATES / 2 };
typedef double pair __attribute__((vector_size(2 * sizeof(double))));

struct expect {
	const struct deals *deals;
	size_t size, values; /* coefficients: of values, then of covariates */
	size_t widest, wide; /* the dimension of most values, and how many; they come first */
	double *coefficient, *ridge; /* that of what has no value is at `wide`, and stays 0 */
	pair (*covariate)[PAIRS]; /* by decided deal */
	uint32_t *value; /* by decided deal and dimension, the widest first: the coefficient */
};

void expect_make(struct expect *, const struct deals *);

/* Learns from decided deals, those left out not, offset[deal] added to each logit. */
void expect_fit(
    struct expect *, size_t from, size_t to, const bool *left_out, const double *offset);
double expect_age(const struct expect *, size_t deal); /* its part of the logit */
void expect_release(struct expect *);

static inline double
expect_logit(const struct expect *expect, size_t deal)
{
	size_t dimensions = expect->deals->dimensions;
	const uint32_t *value = expect->value + deal * dimensions;
	const double *b = expect->coefficient + expect->values;
	double logit = 0;

	for (size_t i = 0; i < COVARIATES; i++)
		logit += b[i] * expect->covariate[deal][i / 2][i % 2];
	for (size_t d = 0; d < dimensions; d++)
		logit += expect->coefficient[value[d]];
	return logit;
}

static inline double
chance_of(double logit)
{
	return 1 / (1 + exp(-logit));
}

#endif
