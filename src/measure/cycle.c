#include <math.h>
#include <stdlib.h>

#include "figures.h"
#include "mem.h"

static const double LEVEL = .95;

struct span_of_days {
	size_t period;
	int32_t days;
};

static int
by_period(const void *a, const void *b)
{
	const struct span_of_days *x = a, *y = b;

	if (x->period != y->period)
		return x->period < y->period ? -1 : 1;
	return (x->days > y->days) - (x->days < y->days);
}

static void
put_mean(struct out *out, const struct period *period, const struct span_of_days *all, size_t n)
{
	double sum = 0, squares = 0;

	for (size_t i = 0; i < n; i++) {
		sum += all[i].days;
		squares += (double)all[i].days * all[i].days;
	}
	double mean = sum / (double)n;
	double variance = fmax(squares - sum * mean, 0) / (double)(n - 1);
	out_begin(out, "cycle_mean", period);
	out_real(out, "value", mean);
	if (n > 1) {
		struct interval in = stats_mean_interval(mean, variance, (double)n, LEVEL);
		out_real(out, "low", fmax(in.low, 0));
		out_real(out, "high", in.high);
	}
	out_count(out, "n", (int64_t)n);
	out_count(out, "cycle_days", (int64_t)sum);
	out_end(out);
}

/* The smallest value that a share of all do not exceed; its interval by ranks. */
static void
put_quantile(struct out *out, const char *metric, const struct period *period,
    const struct span_of_days *all, size_t n, double share)
{
	double count = (double)n, middle = count * share;
	double half = stats_normal_quantile((1 + LEVEL) / 2) * sqrt(middle * (1 - share));
	double low = floor(middle - half), high = ceil(middle + half) + 1;
	size_t rank = (size_t)ceil(middle - 1e-9);

	out_begin(out, metric, period);
	out_count(out, "value", all[rank > 0 ? rank - 1 : 0].days);
	if (low >= 1)
		out_count(out, "low", all[(size_t)low - 1].days);
	if (high <= count)
		out_count(out, "high", all[(size_t)high - 1].days);
	out_count(out, "n", (int64_t)n);
	out_end(out);
}

void
figure_cycle(const struct data *data, const struct group *group, struct out *out)
{
	struct span_of_days *all = mem_new(2 * group->count + 1, sizeof *all);
	size_t count = 0, which[2];

	for (size_t i = 0; i < group->count; i++) {
		const struct deal *deal = group_deal(group, i);
		size_t found = deal->outcome == OPEN || deal->created == NO_DAY
		    ? 0
		    : periods_with(&data->periods, deal->decided, which);
		for (size_t j = 0; j < found; j++)
			all[count++] =
			    (struct span_of_days){ which[j], deal->closed - deal->created };
	}
	if (count > 1)
		qsort(all, count, sizeof *all, by_period);
	for (size_t from = 0, to = 0; from < count; from = to) {
		const struct period *period = &data->periods.at[all[from].period];
		while (to < count && all[to].period == all[from].period)
			to++;
		put_mean(out, period, &all[from], to - from);
		put_quantile(out, "cycle_median", period, &all[from], to - from, .5);
		put_quantile(out, "cycle_p90", period, &all[from], to - from, .9);
	}
	free(all);
}
