#include <gsl/gsl_blas.h>
#include <gsl/gsl_linalg.h>
#include <stdlib.h>
#include <string.h>

#include "fit.h"
#include "mem.h"

void
fit_make(struct fit *fit, const struct expect *expect)
{
	size_t others = expect->size - expect->wide;

	*fit = (struct fit){ .expect = expect, .others = others };
	fit->gradient = mem_new(expect->size, sizeof(double));
	fit->by_value = mem_new(expect->values, sizeof fit->by_value[0]);
	fit->shared = mem_new((expect->wide + 1) * others, sizeof(double));
	fit->square = mem_new(others * others, sizeof(double));
}

void
fit_begin(struct fit *fit)
{
	const struct expect *expect = fit->expect;

	for (size_t i = 0; i < expect->size; i++)
		fit->gradient[i] = -expect->ridge[i] * expect->coefficient[i];
	memcpy(fit->of_covariates, fit->gradient + expect->values, sizeof fit->of_covariates);
	memset(fit->by_value, 0, expect->values * sizeof fit->by_value[0]);
	memset(fit->by_covariate, 0, sizeof fit->by_covariate);
	memset(fit->shared, 0, (expect->wide + 1) * fit->others * sizeof(double));
	memset(fit->square, 0, fit->others * fit->others * sizeof(double));
}

/* Of what covariates share, the lower half. */
static inline void
add_square(struct fit *fit, const pair x[PAIRS], double w)
{
	for (size_t i = 0; i < COVARIATES - 1; i++) {
		double wx = w * x[i / 2][i % 2];
		for (size_t k = 0; k <= i / 2; k++)
			fit->by_covariate[i][k] += wx * x[k];
	}
}

static inline void
add_scaled(pair to[PAIRS], const pair x[PAIRS], double by)
{
	for (size_t i = 0; i < PAIRS; i++)
		to[i] += by * x[i];
}

void
fit_add(struct fit *fit, size_t deal, double offset)
{
	const struct expect *expect = fit->expect;
	size_t dimensions = expect->deals->dimensions, others = fit->others;
	const uint32_t *at = expect->value + deal * dimensions;
	const pair *x = expect->covariate[deal];
	double p = chance_of(expect_logit(expect, deal) + offset);
	double r = expect->deals->at[deal].won - p, w = p * (1 - p) + 1e-9;

	add_scaled(fit->of_covariates, x, r);
	add_square(fit, x, w);
	for (size_t d = 0; d < dimensions; d++) {
		fit->gradient[at[d]] += r;
		add_scaled(fit->by_value[at[d]], x, w);
	}
	for (size_t d = 1; d < dimensions; d++) {
		size_t place = at[d] - expect->wide;
		double *row = fit->square + place * others;
		fit->shared[at[0] * others + place] += w;
		for (size_t k = 1; k < d; k++)
			row[at[k] - expect->wide] += w;
	}
}

/* What values share with covariates goes to its place; what no value stands for shares nothing. */
static void
settle(struct fit *fit)
{
	const struct expect *expect = fit->expect;
	size_t wide = expect->wide, others = fit->others, last = expect->values - wide;

	for (size_t i = 0; i < COVARIATES; i++) {
		double *row = fit->square + (last + i) * others;
		for (size_t value = wide; value < expect->values; value++)
			row[value - wide] = fit->by_value[value][i / 2][i % 2];
		memcpy(row + last, fit->by_covariate[i], sizeof fit->by_covariate[i]);
		for (size_t value = 0; value < wide; value++)
			fit->shared[value * others + last + i] =
			    fit->by_value[value][i / 2][i % 2];
	}
	for (size_t value = wide; value < expect->values; value++)
		fit->square[(value - wide) * (others + 1)] = fit->by_value[value][0][0];
	memcpy(fit->gradient + expect->values, fit->of_covariates, sizeof fit->of_covariates);
	for (size_t i = 0; i < others; i++) {
		fit->square[i * others] = 0;
		fit->square[i * (others + 1)] += expect->ridge[wide + i];
	}
	for (size_t value = 0; value < wide; value++)
		fit->shared[value * others] = 0;
	fit->gradient[wide] = 0;
}

/* The gradient becomes the step: first the others', the widest dimension taken out of them. */
const double *
fit_step(struct fit *fit)
{
	size_t count = fit->others, wide = fit->expect->wide;
	gsl_matrix_view square = gsl_matrix_view_array(fit->square, count, count);
	gsl_vector_view others = gsl_vector_view_array(fit->gradient + wide, count);

	settle(fit);
	for (size_t i = 0; i < wide; i++) {
		gsl_vector_view shared = gsl_vector_view_array(fit->shared + i * count, count);
		double alone = fit->by_value[i][0][0] + fit->expect->ridge[i];
		gsl_blas_dsyr(CblasLower, -1 / alone, &shared.vector, &square.matrix);
		gsl_blas_daxpy(-fit->gradient[i] / alone, &shared.vector, &others.vector);
	}
	gsl_linalg_cholesky_decomp1(&square.matrix);
	gsl_linalg_cholesky_svx(&square.matrix, &others.vector);
	for (size_t i = 0; i < wide; i++) {
		gsl_vector_view shared = gsl_vector_view_array(fit->shared + i * count, count);
		double alone = fit->by_value[i][0][0] + fit->expect->ridge[i], taken;
		gsl_blas_ddot(&shared.vector, &others.vector, &taken);
		fit->gradient[i] = (fit->gradient[i] - taken) / alone;
	}
	return fit->gradient;
}

void
fit_release(struct fit *fit)
{
	free(fit->gradient);
	free(fit->by_value);
	free(fit->shared);
	free(fit->square);
}
