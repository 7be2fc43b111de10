/*
 * stats - the reference values, to 1e-9.  Prints a line for each value that is off.
 *
 * Values are from exact sums of fractions or from SciPy; Fisher's are exact.
 */
#include <math.h>
#include <stdio.h>

#include "stats.h"

struct value {
	const char *name;
	double is, wanted;
};

static int
judge(const struct value *values, size_t count)
{
	int off = 0;

	for (size_t i = 0; i < count; i++)
		if (!(fabs(values[i].is - values[i].wanted) < 1e-9)) {
			printf("%s: %.12f, not %.12f\n", values[i].name, values[i].is,
			    values[i].wanted);
			off++;
		}
	return off;
}

static int
intervals(void)
{
	struct interval wilson = stats_wilson(28, 100, .95), all = stats_wilson(150, 150, .95);
	struct interval exact = stats_clopper_pearson(28, 100, .95);
	struct interval none = stats_clopper_pearson(0, 20, .95);
	struct interval every = stats_clopper_pearson(20, 20, .95);
	struct interval jeffreys = stats_jeffreys(28, 100, .95);
	struct interval rare = stats_jeffreys(1, 4000, .95), nothing = stats_wilson(0, 0, .95);
	struct interval skewed = stats_beta_interval(900.5, 1300.5, .95);
	struct interval never = stats_poisson(0, .95), ten = stats_poisson(10, .95);
	struct interval hundred = stats_poisson(100, .95);
	struct interval sharp = stats_beta_interval(3e5, 4e5, .95);
	struct interval flat = stats_beta_interval(.01, .02, .95);
	struct interval mean = stats_mean_interval(10, 3, 3, .95);
	struct interval many = stats_poisson_interval(5000, .95);
	struct interval five = stats_poisson_interval(5, .95),
			zero = stats_poisson_interval(0, .95);
	const struct value values[] = {
		{ "poisson of none, low", never.low, 0 },
		{ "poisson of none, high", never.high, 3.6888794541139 },
		{ "poisson of ten, low", ten.low, 4.7953886961324 },
		{ "poisson of ten, high", ten.high, 18.390356042018 },
		{ "poisson of a hundred, low", hundred.low, 81.3639912509231 },
		{ "poisson of a hundred, high", hundred.high, 121.6267937924264 },
		{ "wilson low", wilson.low, .2013968521119 },
		{ "wilson high", wilson.high, .3748802870992 },
		{ "wilson of all, low", all.low, .9750297556319 },
		{ "wilson of all, high", all.high, 1 },
		{ "wilson of nothing, low", nothing.low, 0 },
		{ "wilson of nothing, high", nothing.high, 1 },
		{ "clopper-pearson low", exact.low, .1947936274912 },
		{ "clopper-pearson high", exact.high, .3786670047173 },
		{ "clopper-pearson of none, low", none.low, 0 },
		{ "clopper-pearson of none, high", none.high, .1684334709831 },
		{ "clopper-pearson of all, low", every.low, .8315665290169 },
		{ "clopper-pearson of all, high", every.high, 1 },
		{ "jeffreys low", jeffreys.low, .1991773481560 },
		{ "jeffreys high", jeffreys.high, .3733482133339 },
		{ "jeffreys of one, low", rare.low, .0000269757326 },
		{ "jeffreys of one, high", rare.high, .0011679409259 },
		{ "beta interval, low", skewed.low, .3886764698297 },
		{ "beta interval of many, low", sharp.low, .4274123342194 },
		{ "beta interval of many, high", sharp.high, .4297309095165 },
		{ "beta interval of next to nothing, low", flat.low, 0 },
		{ "beta interval of next to nothing, high", flat.high, 1 },
		{ "mean, low", mean.low, 5.6973472702505 },
		{ "mean, high", mean.high, 14.302652729749 },
		{ "poisson of 5, low", five.low, 1.6234863901184 },
		{ "poisson of 5, high", five.high, 11.668332079322 },
		{ "poisson of 5000, low", many.low, 4862.3591886948991 },
		{ "poisson of 5000, high", many.high, 5140.5489485350048 },
		{ "poisson of 0, low", zero.low, 0 },
		{ "poisson of 0, high", zero.high, 3.6888794541139 },
	};

	return judge(values, sizeof values / sizeof values[0]);
}

static int
tests(void)
{
	struct stats_difference drop = stats_two_proportions(28, 100, 42, 100);
	struct stats_difference same = stats_two_proportions(5, 5, 7, 7);
	struct stats_table fisher = stats_fisher(28, 72, 42, 58);
	struct stats_table large = stats_fisher(300, 700, 420, 580);
	const struct value values[] = {
		{ "two proportions, z", drop.z, -2.0754980866511 },
		{ "two proportions, p", drop.p, .0379403960083 },
		{ "two proportions, nobody lost", same.z, 0 },
		{ "two proportions, nobody lost, p", same.p, 1 },
		{ "fisher, odds ratio", fisher.odds_ratio, .5370370370370 },
		{ "fisher, p", fisher.p, .0535715225714 },
		{ "fisher of a large table, p", large.p, .0000000281013 },
		{ "mid-p", stats_hypergeometric_mid(28, 200, 70, 100), .0198483033991 },
		{ "mid-p of none", stats_hypergeometric_mid(0, 50, 5, 10), .1552813910023 },
		{ "beta", stats_beta_below(.37, 29, 73), .9681381128142 },
		{ "normal quantile", stats_normal_quantile(.975), 1.9599639845401 },
		{ "normal", stats_normal_below(1.9599639845401), .975 },
	};

	return judge(values, sizeof values / sizeof values[0]);
}

static int
discoveries(void)
{
	const double p[] = { .041, .001, .205, .008, .039, .06, .042, .074 };
	double q[8];

	stats_discoveries(8, p, q);
	const struct value values[] = {
		{ "discoveries .041", q[0], .0672 },
		{ "discoveries .001", q[1], .008 },
		{ "discoveries .205", q[2], .205 },
		{ "discoveries .008", q[3], .032 },
		{ "discoveries .039", q[4], .0672 },
		{ "discoveries .06", q[5], .08 },
		{ "discoveries .042", q[6], .0672 },
		{ "discoveries .074", q[7], .592 / 7 },
	};

	return judge(values, sizeof values / sizeof values[0]);
}

static int
experiments(void)
{
	const double x[] = { 12, 15, 11, 14, 13, 16, 12, 18, 17, 14 };
	const double y[] = { 14, 18, 12, 17, 15, 19, 13, 21, 18, 17 };
	struct stats_cuped cuped = stats_cuped(10, x, y);
	const struct value values[] = {
		{ "cuped, theta", cuped.theta, 1.1806722689076 },
		{ "cuped, variance ratio", cuped.variance_ratio, .0835113050745 },
		{ "msprt", stats_msprt(.08, 2 * .45 * .55 / 500, .0025), 5.3948335854464 },
		{ "mixture boundary", stats_mixture_boundary(100, 50, .05), 32.6115244256753 },
	};

	return judge(values, sizeof values / sizeof values[0]);
}

int
main(void)
{
	return intervals() + tests() + discoveries() + experiments() != 0;
}
