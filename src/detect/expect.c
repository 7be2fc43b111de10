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

void
expect_make(struct expect *expect, const struct deals *deals)
{
	*expect = (struct expect){ .deals = deals };
	expect->first_of = mem_new(deals->dimensions + 1, sizeof expect->first_of[0]);
	for (size_t d = 0; d < deals->dimensions; d++)
		expect->first_of[d + 1] =
		    expect->first_of[d] + names_count(deals->dimension[d].values);
	size_t values = expect->first_of[deals->dimensions];
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

/* The step of Newton's method: gradient, and the lower half of the curvature. */
struct step {
	gsl_vector *gradient;
	gsl_matrix *curvature;
};

/* What one deal adds to them, of residual r and weight w. */
static void
add_deal(struct step *step, const struct expect *expect, size_t deal, double r, double w)
{
	const double *x = expect->covariate[deal];
	size_t values = expect->size - COVARIATES, wide = step->curvature->tda;
	double *g = step->gradient->data, *h = step->curvature->data, *covariates = g + values;

	for (size_t d = 0; d < expect->deals->dimensions; d++) {
		uint32_t code = deals_code(expect->deals, deal, d);
		if (code == CODE_NONE)
			continue;
		size_t row = expect->first_of[d] + code;
		g[row] += r;
		for (size_t e = 0; e <= d; e++) {
			uint32_t other = deals_code(expect->deals, deal, e);
			if (other != CODE_NONE)
				h[row * wide + expect->first_of[e] + other] += w;
		}
		for (size_t i = 0; i < COVARIATES; i++)
			h[(values + i) * wide + row] += w * x[i];
	}
	for (size_t i = 0; i < COVARIATES; i++) {
		covariates[i] += r * x[i];
		for (size_t k = 0; k <= i; k++)
			h[(values + i) * wide + values + k] += w * x[i] * x[k];
	}
}

/* Moves the coefficients one step; how far the one that moved most did. */
static double
move(struct expect *expect, struct step *step)
{
	double most = 0;

	for (size_t i = 0; i < expect->size; i++) {
		*gsl_matrix_ptr(step->curvature, i, i) += expect->ridge[i];
		*gsl_vector_ptr(step->gradient, i) -= expect->ridge[i] * expect->coefficient[i];
	}
	gsl_linalg_cholesky_decomp1(step->curvature);
	gsl_linalg_cholesky_svx(step->curvature, step->gradient);
	for (size_t i = 0; i < expect->size; i++) {
		double by = gsl_vector_get(step->gradient, i);
		expect->coefficient[i] += by;
		most = fmax(most, fabs(by));
	}
	return most;
}

void
expect_fit(
    struct expect *expect, size_t from, size_t to, const bool *left_out, const double *offset)
{
	struct step step = { gsl_vector_alloc(expect->size),
		gsl_matrix_alloc(expect->size, expect->size) };
	double moved = 1;

	for (int i = 0; i < STEPS && moved >= close_enough; i++) {
		gsl_vector_set_zero(step.gradient);
		gsl_matrix_set_zero(step.curvature);
		for (size_t deal = from; deal < to; deal++) {
			if (left_out[deal])
				continue;
			double p = chance_of(expect_of(expect, deal).logit + offset[deal]);
			add_deal(&step, expect, deal, expect->deals->at[deal].won - p,
			    p * (1 - p) + 1e-9);
		}
		moved = move(expect, &step);
	}
	gsl_vector_free(step.gradient);
	gsl_matrix_free(step.curvature);
}

void
expect_release(struct expect *expect)
{
	free(expect->first_of);
	free(expect->coefficient);
	free(expect->ridge);
	free(expect->covariate);
}
