#include <math.h>
#include <stdlib.h>

#include "figures.h"

static bool
is_open(const struct deals *deals, const struct deal *deal, int32_t day)
{
	struct state state;

	if (deal->created != NO_DAY && deal->created > day)
		return false;
	if (deal->last_change <= day) /* there are many days to ask about */
		return deal->decided > day;
	state = deals_state(deals, deal, day);
	return state.outcome == OPEN;
}

static int64_t
open_at(const struct group *group, int32_t day)
{
	int64_t open = 0;

	for (size_t i = 0; i < group->count; i++)
		open += is_open(group->deals, group_deal(group, i), day);
	return open;
}

/* The relative variance of a mean. */
static double
relative(double sum, double squares, double n)
{
	double mean = sum / n;

	return n > 1 ? fmax(squares - n * mean * mean, 0) / (n - 1) / n / (mean * mean) : NAN;
}

static void
put_velocity(
    struct out *out, const struct period *period, const struct won_lost *sums, int64_t open)
{
	double won = (double)sums->won, n = won + (double)sums->lost, rate = won / n;
	double amount = money_units(sums->won_amount), days = (double)sums->won_days;
	double cycle = days / (double)sums->won_days_count;
	double value = (double)open * rate * (amount / won) / cycle;
	double variance = (1 - rate) / won + relative(amount, sums->won_squares, won)
	    + relative(days, sums->won_days_squares, (double)sums->won_days_count);
	double wide = exp(stats_normal_quantile(.975) * sqrt(variance));

	out_begin(out, "sales_velocity", period);
	out_units(out, "value", value);
	out_units(out, "low", value / wide);
	out_units(out, "high", value * wide);
	out_count(out, "n", (int64_t)n);
	out_count(out, "open", open);
	out_real(out, "win_rate", rate);
	out_units(out, "average_deal", amount / won);
	out_real(out, "won_cycle", cycle);
	out_end(out);
}

void
figure_velocity(const struct data *data, const struct group *group, struct out *out)
{
	struct won_lost *sums = figures_sums(data, group);

	for (size_t i = 0; i < data->periods.count; i++)
		if (sums[i].won_amount > 0 && sums[i].won_days > 0)
			put_velocity(out, &data->periods.at[i], &sums[i],
			    open_at(group, data->periods.at[i].to));
	free(sums);
}
