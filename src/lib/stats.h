/*
 * stats - distributions and tests: numbers in, numbers and structs out.
 *
 * Counts of won and all (n) are doubles, since some are expectations.  An interval covers
 * `level` (.95) of what is unknown, half of the rest on either side; from nothing (n = 0) it
 * is 0 to 1.  p values are of both sides.
 */
#ifndef STATS_H
#define STATS_H

#include <stddef.h>

struct interval {
	double low, high;
};
struct interval stats_wilson(double won, double n, double level);
struct interval stats_clopper_pearson(double won, double n, double level);
struct interval stats_jeffreys(double won, double n, double level);
struct interval stats_beta_interval(double a, double b, double level);
struct interval stats_mean_interval(double mean, double variance, double n, double level);
struct interval stats_poisson_interval(double count, double level); /* Garwood's */

struct interval stats_poisson(double count, double level); /* of a mean, exact */

double stats_beta_below(double x, double a, double b); /* P(Beta(a, b) <= x) */
double stats_normal_below(double z);
double stats_normal_quantile(double p);

struct stats_difference {
	double z, p;
};
/* The first rate against the second, with the variance both would have if they were one. */
struct stats_difference stats_two_proportions(double won1, double n1, double won2, double n2);

struct stats_table {
	double odds_ratio, p;
};
/* Fisher's exact test of a table of rows (a, b) and (c, d). */
struct stats_table stats_fisher(unsigned a, unsigned b, unsigned c, unsigned d);

/* P(fewer than k) + P(k)/2, drawing n of `total` things of which `marked` are marked. */
double stats_hypergeometric_mid(unsigned k, unsigned total, unsigned marked, unsigned n);

/* Benjamini and Hochberg: adjusted[i] is the smallest false discovery rate that takes p[i]. */
void stats_discoveries(size_t n, const double p[n], double adjusted[n]);

/* CUPED: y less theta (x - mean x), x known before; what is left of the variance of y. */
struct stats_cuped {
	double theta, variance_ratio;
};
struct stats_cuped stats_cuped(size_t n, const double x[n], const double y[n]);

/* The mixture likelihood ratio of a difference whose variance is known; mixing ~ N(0, tau2). */
double stats_msprt(double difference, double variance, double tau2);

/* Robbins: a sum of that variance crosses this either way, ever, with chance alpha at most. */
double stats_mixture_boundary(double variance, double rho, double alpha);

#endif
