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
static const double undone = .4; /* of a step's square: the most that one was seen to leave */

static void
describe(const struct deal *deal, pair of[PAIRS])
{
	int32_t month = when_month(deal->closed), next = when_month(month + 31);
	bool dated = deal->created != INT32_MIN;
	int32_t age = dated ? deal->recorded - deal->created : 0;
	double amount = (double)deal->amount / MONEY_ONE;

	double x[COVARIATES] = { 0 }, a = dated ? log((age > 1 ? age : 1) / usual_age) : 0;
	x[INTERCEPT] = 1;
	x[MONTH_END] = next - 1 - deal->closed <= 2;
	x[MONTH_BEGIN] = deal->closed - month < 5;
	x[AGE] = a;
	x[AGE_OLD] = fmax(a - .7, 0);
	x[AGE_YOUNG] = fmin(a + 1, 0);
	x[AMOUNT] = amount > 0 ? log(fmax(amount, 1) / usual_amount) : 0;
	memcpy(of, x, sizeof x);
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

/* A dimension as the place-th of each deal, its values from there on. */
static void
place_values(struct expect *expect, size_t dimension, size_t place, size_t first)
{
	const struct deals *deals = expect->deals;

	for (size_t i = 0; i < deals->decided; i++) {
		uint32_t code = deals_code(deals, i, dimension);
		expect->value[i * deals->dimensions + place] =
		    (uint32_t)(code == CODE_NONE ? expect->wide : first + code);
	}
}

/* The widest dimension's come first, then what stands for no value, then the others. */
static void
number_values(struct expect *expect)
{
	const struct deals *deals = expect->deals;
	size_t place = 1;

	find_widest(expect);
	expect->values = expect->wide + 1;
	expect->value =
	    mem_new(deals->decided * deals->dimensions + 1, sizeof expect->value[0]);
	for (size_t d = 0; d < deals->dimensions; d++) {
		if (d == expect->widest) {
			place_values(expect, d, 0, 0);
			continue;
		}
		place_values(expect, d, place++, expect->values);
		expect->values += names_count(deals->dimension[d].values);
	}
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
		describe(&deals->at[i], expect->covariate[i]);
}

double
expect_age(const struct expect *expect, size_t deal)
{
	const double *b = expect->coefficient + expect->values;
	double x[COVARIATES];

	memcpy(x, expect->covariate[deal], sizeof x);
	return b[AGE] * x[AGE] + b[AGE_OLD] * x[AGE_OLD] + b[AGE_YOUNG] * x[AGE_YOUNG];
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
	double left = 1;

	fit_make(&fit, expect);
	for (int i = 0; i < STEPS && left >= close_enough; i++) {
		fit_begin(&fit);
		for (size_t deal = from; deal < to; deal++)
			if (!left_out[deal])
				fit_add(&fit, deal, offset[deal]);
		double moved = move(expect, &fit);
		left = undone * moved * moved;
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
