#include <math.h>
#include <stdlib.h>

#include "expect.h"
#include "fit.h"
#include "mem.h"
#include "money.h"
#include "when.h"

enum { INTERCEPT, MONTH_END, MONTH_BEGIN, AGE, AGE_OLD, AGE_YOUNG, AMOUNT };
enum { STEPS = 8 };
static const double value_ridge = 16;
static const double covariate_ridge[COVARIATES] = { 1e-6, 1, 1, .1, .1, 1, .1, 1 };
static const double usual_age = 45; /* days; bends at twice and a third of it */
static const double usual_amount = 9000; /* any will do: the intercept takes it up */
static const double close_enough = 3e-3; /* logits */

static void
describe(const struct deal *deal, covariates *of)
{
	int32_t month = when_month(deal->closed), next = when_month(month + 31);
	bool dated = deal->created != INT32_MIN;
	int32_t age = dated ? deal->recorded - deal->created : 0;
	double amount = (double)deal->amount / MONEY_ONE;

	double a = dated ? log((age > 1 ? age : 1) / usual_age) : 0;
	(*of)[INTERCEPT] = 1;
	(*of)[MONTH_END] = next - 1 - deal->closed <= 2;
	(*of)[MONTH_BEGIN] = deal->closed - month < 5;
	(*of)[AGE] = a;
	(*of)[AGE_OLD] = fmax(a - .7, 0);
	(*of)[AGE_YOUNG] = fmin(a + 1, 0);
	(*of)[AMOUNT] = amount > 0 ? log(fmax(amount, 1) / usual_amount) : 0;
}

static void
find_widest(struct expect *expect)
{
	const struct deals *deals = expect->deals;

	for (size_t d = 0; d < deals->dimensions; d++) {
		size_t count = names_count(deals->dimension[d].values);
		if (count <= expect->wide)
			continue;
		expect->wide = count;
		expect->widest = d;
	}
}

/* The widest dimension's come first, then what has no value, then the others. */
static void
number_values(struct expect *expect)
{
	const struct deals *deals = expect->deals;
	size_t wide = deals->dimensions, next;

	find_widest(expect);
	next = expect->wide + 1;
	expect->value = mem_new(deals->decided * wide + 1, sizeof expect->value[0]);
	for (size_t d = 0; d < wide; d++) {
		bool widest = expect->wide > 0 && d == expect->widest;
		size_t first = widest ? 0 : next;
		for (size_t i = 0; i < deals->decided; i++) {
			uint32_t code = deals_code(deals, i, d);
			expect->value[i * wide + d] =
			    (uint32_t)(code == CODE_NONE ? expect->wide : first + code);
		}
		if (!widest)
			next += names_count(deals->dimension[d].values);
	}
	expect->values = next;
}

void
expect_make(struct expect *expect, const struct deals *deals)
{
	*expect = (struct expect){ .deals = deals };
	number_values(expect);
	size_t values = expect->values;
	expect->size = values + COVARIATES;
	expect->coefficient = mem_new(expect->size, sizeof(double));
	expect->ridge = mem_new(expect->size, sizeof(double));
	for (size_t i = 0; i < expect->size; i++)
		expect->ridge[i] = i < values ? value_ridge : covariate_ridge[i - values];
	expect->covariate = mem_new(deals->decided + 1, sizeof expect->covariate[0]);
	for (size_t i = 0; i < deals->decided; i++)
		describe(&deals->at[i], &expect->covariate[i]);
}

struct prediction
expect_of(const struct expect *expect, size_t deal)
{
	size_t dimensions = expect->deals->dimensions;
	const uint32_t *value = expect->value + deal * dimensions;
	const covariates x = expect->covariate[deal];
	const double *b = expect->coefficient + expect->values;
	struct prediction of = { .logit = 0 };

	for (size_t i = 0; i < COVARIATES; i++)
		of.logit += b[i] * x[i];
	of.age = b[AGE] * x[AGE] + b[AGE_OLD] * x[AGE_OLD] + b[AGE_YOUNG] * x[AGE_YOUNG];
	for (size_t d = 0; d < dimensions; d++)
		of.logit += expect->coefficient[value[d]];
	return of;
}

/* Moves the coefficients one step; how far the one that moved most did. */
static double
move(struct expect *expect, struct fit *fit)
{
	const double *step = fit_step(fit);
	double most = 0;

	for (size_t i = 0; i < expect->size; i++) {
		expect->coefficient[i] += step[i];
		most = fmax(most, fabs(step[i]));
	}
	return most;
}

void
expect_fit(
    struct expect *expect, size_t from, size_t to, const bool *left_out, const double *offset)
{
	struct fit fit;
	double moved = 1;

	fit_make(&fit, expect);
	for (int i = 0; i < STEPS && moved >= close_enough; i++) {
		fit_begin(&fit);
		for (size_t deal = from; deal < to; deal++) {
			if (left_out[deal])
				continue;
			double p = chance_of(expect_of(expect, deal).logit + offset[deal]);
			fit_add(
			    &fit, deal, expect->deals->at[deal].won - p, p * (1 - p) + 1e-9);
		}
		moved = move(expect, &fit);
	}
	fit_release(&fit);
}

void
expect_release(struct expect *expect)
{
	free(expect->value);
	free(expect->coefficient);
	free(expect->ridge);
	free(expect->covariate);
}
