#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "incidence.h"

static const double LEVEL = .95, SLACK = 1e-9;

static int
by_key(const void *a, const void *b)
{
	const struct watched *x = a, *y = b;

	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	if (x->days != y->days)
		return x->days < y->days ? -1 : 1;
	return (x->ending > y->ending) - (x->ending < y->ending);
}

void
incidence_sort(struct watched *all, size_t n)
{
	if (n > 1)
		qsort(all, n, sizeof *all, by_key);
}

/* One day on which something ended or was censored. */
struct step {
	int32_t days;
	double at_risk, one, other; /* counts */
};

/* Moves *i past the day's observations. */
static struct step
next_step(const struct watched *all, size_t n, size_t *i)
{
	struct step step = { .days = all[*i].days, .at_risk = (double)(n - *i) };

	for (; *i < n && all[*i].days == step.days; ++*i) {
		step.one += all[*i].ending == ONE;
		step.other += all[*i].ending == OTHER;
	}
	return step;
}

/* The variance of the share that came to the one end, which is `total` at last. */
static double
variance_of(const struct watched *all, size_t n, double total)
{
	double still = 1, so_far = 0, variance = 0;

	for (size_t i = 0; i < n;) {
		struct step step = next_step(all, n, &i);
		double ended = step.one + step.other, left = step.at_risk - ended;
		so_far += still * step.one / step.at_risk;
		double rest = total - so_far, n2 = step.at_risk * step.at_risk;
		if (left > 0)
			variance += rest * rest * ended / (step.at_risk * left);
		variance +=
		    still * still * (step.at_risk - step.one) / step.at_risk * step.one / n2;
		variance -= 2 * rest * still * step.one / n2;
		still *= left / step.at_risk;
	}
	return fmax(variance, 0);
}

/* share^exp(+-z se / (share ln share)), which stays between 0 and 1. */
static struct interval
log_log(double share, double deviation)
{
	double z = stats_normal_quantile((1 + LEVEL) / 2);
	double wide = exp(z * deviation / fabs(share * log(share)));

	return (struct interval){ pow(share, wide), pow(share, 1 / wide) };
}

struct incidence
incidence_of(const struct watched *all, size_t n)
{
	struct incidence made = { .still = 1 };

	for (size_t i = 0; i < n; i++)
		made.ended[all[i].ending]++;
	for (size_t i = 0; i < n;) {
		struct step step = next_step(all, n, &i);
		made.one += made.still * step.one / step.at_risk;
		made.other += made.still * step.other / step.at_risk;
		made.still *= (step.at_risk - step.one - step.other) / step.at_risk;
		made.days = step.days;
	}
	double variance = variance_of(all, n, made.one);
	bool inner = made.one > SLACK && made.one < 1 - SLACK && variance > 0;
	made.one_in = inner ? log_log(made.one, sqrt(variance))
			    : stats_wilson(made.one * (double)n, (double)n, LEVEL);
	return made;
}

struct waiting
incidence_wait(const struct watched *all, size_t n, double share)
{
	struct waiting waiting = { -1, -1, -1 };
	double still = 1, sum = 0, limit = 1 - share + SLACK;

	for (size_t i = 0; i < n && waiting.high < 0;) {
		struct step step = next_step(all, n, &i);
		double ended = step.one + step.other, left = step.at_risk - ended;
		if (ended == 0)
			continue;
		still *= left / step.at_risk;
		sum += left > 0 ? ended / (step.at_risk * left) : 0;
		struct interval in = still > SLACK ? log_log(still, still * sqrt(sum))
						   : (struct interval){ 0, 1 };
		if (waiting.days < 0 && still <= limit)
			waiting.days = step.days;
		if (waiting.low < 0 && in.low <= limit)
			waiting.low = step.days;
		if (in.high <= limit)
			waiting.high = step.days;
	}
	return waiting;
}
