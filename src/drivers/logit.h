/*
 * logit - ridge logistic regression on columns that are 0 or 1.
 *
 * A row is some deals of one kind: how many (n), how many won, and the columns that are 1 for
 * them, ended by NO_COLUMN where there are fewer than `wide`.  The fit maximises
 *
 *	sum won x - n log(1 + exp x)  -  sum ridge b^2 / 2,   x = sum of b over the row's columns
 *
 * by Newton's method, from what is in b.  In `factor` stays the Cholesky factor of the
 * information, ridges included, at the maximum: logit_solve() divides a vector by it.
 * logit_evidence() is the log of the likelihood with b integrated out under its normal prior,
 * by Laplace's approximation and less a constant that all fits of these rows share; columns
 * with a ridge of FLAT are not counted as having a prior.
 */
#ifndef LOGIT_H
#define LOGIT_H

#include <stddef.h>
#include <stdint.h>

#define NO_COLUMN UINT32_MAX
#define FLAT 1e-6

struct design {
	size_t rows, columns, wide;
	uint32_t *active; /* wide of them each */
	double *n, *won;
};

struct logit {
	size_t columns;
	double *b, *ridge, *factor;
};

struct logit logit_new(size_t columns);
void logit_fit(struct logit *, const struct design *);
double logit_chance(const struct logit *, const struct design *, size_t row);
void logit_solve(const struct logit *, double *vector);
double logit_evidence(const struct logit *, const struct design *);
void logit_release(struct logit *);

#endif
