#include <gsl/gsl_blas.h>
#include <gsl/gsl_linalg.h>
#include <math.h>
#include <stdlib.h>

#include "expect.h"
#include "mem.h"
#include "money.h"
#include "when.h"

enum { INTERCEPT, MONTH_END, MONTH_BEGIN, AGE, AGE_OLD, AGE_YOUNG, AMOUNT };
enum { STEPS = 8 };
static const double value_ridge = 16;
static const double covariate_ridge[COVARIATES] = { 1e-6, 1, 1, .1, .1, 1, .1 };
static const double usual_age = 45; /* days; bends at twice and a third of it */
static const double usual_amount = 9000; /* any will do: the intercept takes it up */
static const double close_enough = 3e-3; /* logits */

static void
describe(const struct deal *deal, double x[COVARIATES])
{
	int32_t month = when_month(deal->closed), next = when_month(month + 31);
	bool dated = deal->created != INT32_MIN;
	int32_t age = dated ? deal->recorded - deal->created : 0;
	double amount = (double)deal->amount / MONEY_ONE;

	x[INTERCEPT] = 1;
	x[MONTH_END] = next - 1 - deal->closed <= 2;
	x[MONTH_BEGIN] = deal->closed - month < 5;
	x[AGE] = dated ? log((age > 1 ? age : 1) / usual_age) : 0;
	x[AGE_OLD] = fmax(x[AGE] - .7, 0);
	x[AGE_YOUNG] = fmin(x[AGE] + 1, 0);
	x[AMOUNT] = amount > 0 ? log(fmax(amount, 1) / usual_amount) : 0;
}

/* The widest dimension's come first. */
static size_t
number_values(struct expect *expect)
{
	const struct deals *deals = expect->deals;
	size_t next;

	expect->first_of = mem_new(deals->dimensions + 1, sizeof expect->first_of[0]);
	for (size_t d = 0; d < deals->dimensions; d++) {
		if (names_count(deals->dimension[d].values) <= expect->wide)
			continue;
		expect->wide = names_count(deals->dimension[d].values);
		expect->widest = d;
	}
	next = expect->wide;
	for (size_t d = 0; d < deals->dimensions; d++) {
		if (expect->wide > 0 && d == expect->widest)
			continue;
		expect->first_of[d] = next;
		next += names_count(deals->dimension[d].values);
	}
	return next;
}

void
expect_make(struct expect *expect, const struct deals *deals)
{
	*expect = (struct expect){ .deals = deals };
	size_t values = number_values(expect);
	expect->size = values + COVARIATES;
	expect->coefficient = mem_new(expect->size, sizeof(double));
	expect->ridge = mem_new(expect->size, sizeof(double));
	for (size_t i = 0; i < expect->size; i++)
		expect->ridge[i] = i < values ? value_ridge : covariate_ridge[i - values];
	expect->covariate = mem_new(deals->decided + 1, sizeof expect->covariate[0]);
	for (size_t i = 0; i < deals->decided; i++)
		describe(&deals->at[i], expect->covariate[i]);
}

struct prediction
expect_of(const struct expect *expect, size_t deal)
{
	const double *x = expect->covariate[deal];
	const double *b = expect->coefficient + expect->size - COVARIATES;
	struct prediction of = { .logit = 0 };

	for (size_t i = 0; i < COVARIATES; i++)
		of.logit += b[i] * x[i];
	of.age = b[AGE] * x[AGE] + b[AGE_OLD] * x[AGE_OLD] + b[AGE_YOUNG] * x[AGE_YOUNG];
	for (size_t d = 0; d < expect->deals->dimensions; d++) {
		uint32_t code = deals_code(expect->deals, deal, d);
		if (code != CODE_NONE)
			of.logit += expect->coefficient[expect->first_of[d] + code];
	}
	return of;
}

/*
 * The step of Newton's method: gradient, and the curvature.  A deal has one value of the widest
 * dimension at most, so that of its values the curvature is a diagonal, `alone`, and what they
 * share with the others.  Thousands of reps then cost no more than their number.
 */
struct step {
	double *gradient, *alone;
	gsl_matrix *shared, *others; /* of the others, the lower half */
	size_t *at; /* the others of one deal, and what they are in it */
	double *x;
};

static struct step
step_new(const struct expect *expect)
{
	size_t others = expect->size - expect->wide, most = expect->deals->dimensions;
	size_t rows = expect->wide > 0 ? expect->wide : 1;

	return (struct step){ .gradient = mem_new(expect->size, sizeof(double)),
		.alone = mem_new(rows, sizeof(double)),
		.shared = gsl_matrix_alloc(rows, others),
		.others = gsl_matrix_alloc(others, others),
		.at = mem_new(most + COVARIATES, sizeof(size_t)),
		.x = mem_new(most + COVARIATES, sizeof(double)) };
}

static void
step_release(struct step *step)
{
	free(step->gradient);
	free(step->alone);
	gsl_matrix_free(step->shared);
	gsl_matrix_free(step->others);
	free(step->at);
	free(step->x);
}

/* What the ridges say. */
static void
begin(struct step *step, const struct expect *expect)
{
	gsl_matrix_set_zero(step->shared);
	gsl_matrix_set_zero(step->others);
	for (size_t i = 0; i < expect->size; i++) {
		step->gradient[i] = -expect->ridge[i] * expect->coefficient[i];
		if (i < expect->wide)
			step->alone[i] = expect->ridge[i];
		else
			gsl_matrix_set(
			    step->others, i - expect->wide, i - expect->wide, expect->ridge[i]);
	}
}

/* The coefficients of a deal that are not of the widest dimension, in their order. */
static size_t
list_others(struct step *step, const struct expect *expect, size_t deal)
{
	size_t used = 0;

	for (size_t d = 0; d < expect->deals->dimensions; d++) {
		uint32_t code = deals_code(expect->deals, deal, d);
		if (code == CODE_NONE || d == expect->widest)
			continue;
		step->at[used] = expect->first_of[d] + code - expect->wide;
		step->x[used++] = 1;
	}
	for (size_t i = 0; i < COVARIATES; i++) {
		step->at[used] = expect->size - COVARIATES + i - expect->wide;
		step->x[used++] = expect->covariate[deal][i];
	}
	return used;
}

/* What one deal adds, of residual r and weight w. */
static void
add_deal(struct step *step, const struct expect *expect, size_t deal, double r, double w)
{
	size_t used = list_others(step, expect, deal), wide = expect->wide;
	const size_t *at = step->at;
	const double *x = step->x;
	uint32_t own = wide > 0 ? deals_code(expect->deals, deal, expect->widest) : CODE_NONE;

	for (size_t i = 0; i < used; i++) {
		double *row = gsl_matrix_ptr(step->others, at[i], 0);
		step->gradient[wide + at[i]] += r * x[i];
		for (size_t k = 0; k <= i; k++)
			row[at[k]] += w * x[i] * x[k];
	}
	if (own == CODE_NONE)
		return;
	double *shared = gsl_matrix_ptr(step->shared, own, 0);
	step->gradient[own] += r;
	step->alone[own] += w;
	for (size_t i = 0; i < used; i++)
		shared[at[i]] += w * x[i];
}

/* The gradient becomes the step: first the others', the widest dimension taken out of them. */
static void
solve(struct step *step, size_t wide)
{
	size_t count = step->others->size1;
	gsl_vector_view others = gsl_vector_view_array(step->gradient + wide, count);

	for (size_t i = 0; i < wide; i++) {
		gsl_vector_view shared = gsl_matrix_row(step->shared, i);
		gsl_blas_dsyr(CblasLower, -1 / step->alone[i], &shared.vector, step->others);
		gsl_blas_daxpy(
		    -step->gradient[i] / step->alone[i], &shared.vector, &others.vector);
	}
	gsl_linalg_cholesky_decomp1(step->others);
	gsl_linalg_cholesky_svx(step->others, &others.vector);
	for (size_t i = 0; i < wide; i++) {
		gsl_vector_view shared = gsl_matrix_row(step->shared, i);
		double taken;
		gsl_blas_ddot(&shared.vector, &others.vector, &taken);
		step->gradient[i] = (step->gradient[i] - taken) / step->alone[i];
	}
}

/* Moves the coefficients one step; how far the one that moved most did. */
static double
move(struct expect *expect, struct step *step)
{
	double most = 0;

	solve(step, expect->wide);
	for (size_t i = 0; i < expect->size; i++) {
		expect->coefficient[i] += step->gradient[i];
		most = fmax(most, fabs(step->gradient[i]));
	}
	return most;
}

void
expect_fit(
    struct expect *expect, size_t from, size_t to, const bool *left_out, const double *offset)
{
	struct step step = step_new(expect);
	double moved = 1;

	for (int i = 0; i < STEPS && moved >= close_enough; i++) {
		begin(&step, expect);
		for (size_t deal = from; deal < to; deal++) {
			if (left_out[deal])
				continue;
			double p = chance_of(expect_of(expect, deal).logit + offset[deal]);
			add_deal(&step, expect, deal, expect->deals->at[deal].won - p,
			    p * (1 - p) + 1e-9);
		}
		moved = move(expect, &step);
	}
	step_release(&step);
}

void
expect_release(struct expect *expect)
{
	free(expect->first_of);
	free(expect->coefficient);
	free(expect->ridge);
	free(expect->covariate);
}
