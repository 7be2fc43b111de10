#include <float.h>
#include <math.h>
#include <stdlib.h>

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>

#include "mem.h"
#include "stats.h"

double
stats_normal_below(double z)
{
	return gsl_cdf_ugaussian_P(z);
}

double
stats_normal_quantile(double p)
{
	return gsl_cdf_ugaussian_Pinv(p);
}

double
stats_beta_below(double x, double a, double b)
{
	return gsl_cdf_beta_P(x, a, b);
}

struct interval
stats_wilson(double won, double n, double level)
{
	double z = stats_normal_quantile((1 + level) / 2);

	if (n <= 0)
		return (struct interval){ 0, 1 };
	double middle = (won + z * z / 2) / (n + z * z);
	double half = z * sqrt(won * (n - won) / n + z * z / 4) / (n + z * z);
	return (struct interval){ fmax(middle - half, 0), fmin(middle + half, 1) };
}

/* By Newton's steps, halving where one would leave what is known; GSL's own may give up. */
static double
beta_quantile(double p, double a, double b)
{
	double low = 0, high = 1, x = a / (a + b), next;

	for (int step = 0; step < 200; step++, x = next) {
		double above = gsl_cdf_beta_P(x, a, b) - p;
		if (above > 0)
			high = x;
		else
			low = x;
		next = x - above / gsl_ran_beta_pdf(x, a, b);
		if (!(next > low && next < high))
			next = (low + high) / 2;
		if (fabs(next - x) <= DBL_EPSILON * x)
			break;
	}
	return x;
}

struct interval
stats_beta_interval(double a, double b, double level)
{
	double tail = (1 - level) / 2;

	return (struct interval){ beta_quantile(tail, a, b), beta_quantile(1 - tail, a, b) };
}

struct interval
stats_poisson(double count, double level)
{
	double tail = (1 - level) / 2;

	return (struct interval){
		count > 0 ? gsl_cdf_chisq_Pinv(tail, 2 * count) / 2 : 0,
		gsl_cdf_chisq_Qinv(tail, 2 * count + 2) / 2,
	};
}

struct interval
stats_clopper_pearson(double won, double n, double level)
{
	double tail = (1 - level) / 2, lost = n - won;

	return (struct interval){
		won > 0 ? beta_quantile(tail, won, lost + 1) : 0,
		lost > 0 ? beta_quantile(1 - tail, won + 1, lost) : 1,
	};
}

struct interval
stats_jeffreys(double won, double n, double level)
{
	struct interval inner = stats_beta_interval(won + .5, n - won + .5, level);

	return (struct interval){ won > 0 ? inner.low : 0, won < n ? inner.high : 1 };
}

/* Student's: the variance is that of one of the n, as estimated from them; n > 1. */
struct interval
stats_mean_interval(double mean, double variance, double n, double level)
{
	double half = gsl_cdf_tdist_Pinv((1 + level) / 2, n - 1) * sqrt(variance / n);

	return (struct interval){ mean - half, mean + half };
}

/* Where Gamma(shape) has p below it; GSL's own may give up. */
static double
gamma_quantile(double p, double shape)
{
	double low = 0, high = shape + 20 * sqrt(shape) + 40;

	for (int step = 0; step < 200 && high - low > DBL_EPSILON * high; step++) {
		double middle = (low + high) / 2;
		if (gsl_cdf_gamma_P(middle, shape, 1) < p)
			low = middle;
		else
			high = middle;
	}
	return (low + high) / 2;
}

struct interval
stats_poisson_interval(double count, double level)
{
	double tail = (1 - level) / 2;

	return (struct interval){
		count > 0 ? gamma_quantile(tail, count) : 0,
		gamma_quantile(1 - tail, count + 1),
	};
}

struct stats_difference
stats_two_proportions(double won1, double n1, double won2, double n2)
{
	double both = (won1 + won2) / (n1 + n2);
	double variance = both * (1 - both) * (1 / n1 + 1 / n2);

	if (!(variance > 0)) /* nothing on one side, or no difference possible */
		return (struct stats_difference){ 0, 1 };
	double z = (won1 / n1 - won2 / n2) / sqrt(variance);
	return (struct stats_difference){ z, 2 * gsl_cdf_ugaussian_Q(fabs(z)) };
}

struct stats_table
stats_fisher(unsigned a, unsigned b, unsigned c, unsigned d)
{
	const double alike = 1 + 1e-7; /* equal tables may differ in the last digits */
	unsigned first = a + b, won = a + c, lost = b + d;
	unsigned least = first > lost ? first - lost : 0, most = first < won ? first : won;
	double seen = gsl_ran_hypergeometric_pdf(a, won, lost, first), p = 0;

	for (unsigned k = least; k <= most; k++) {
		double other = gsl_ran_hypergeometric_pdf(k, won, lost, first);
		if (other <= seen * alike)
			p += other;
	}
	return (struct stats_table){ (double)a * d / ((double)b * c), fmin(p, 1) };
}

double
stats_hypergeometric_mid(unsigned k, unsigned total, unsigned marked, unsigned n)
{
	return gsl_cdf_hypergeometric_P(k, marked, total - marked, n)
	    - gsl_ran_hypergeometric_pdf(k, marked, total - marked, n) / 2;
}

void
stats_discoveries(size_t n, const double p[n], double adjusted[n])
{
	size_t *order = mem_new(n, sizeof *order);
	double least = 1;

	gsl_sort_index(order, p, 1, n);
	for (size_t rank = n; rank > 0; rank--) {
		least = fmin(least, p[order[rank - 1]] * (double)n / (double)rank);
		adjusted[order[rank - 1]] = least;
	}
	free(order);
}

struct stats_cuped
stats_cuped(size_t n, const double x[n], const double y[n])
{
	double theta = gsl_stats_covariance(x, 1, y, 1, n) / gsl_stats_variance(x, 1, n);
	double r = gsl_stats_correlation(x, 1, y, 1, n);

	return (struct stats_cuped){ theta, 1 - r * r };
}

double
stats_msprt(double difference, double variance, double tau2)
{
	double both = variance + tau2;

	return sqrt(variance / both)
	    * exp(tau2 * difference * difference / (2 * variance * both));
}

double
stats_mixture_boundary(double variance, double rho, double alpha)
{
	double both = variance + rho;

	return sqrt(both * log(both / (rho * alpha * alpha)));
}
