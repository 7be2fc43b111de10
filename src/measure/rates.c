#include <math.h>
#include <stdlib.h>

#include "diag.h"
#include "figures.h"
#include "mem.h"
#include "money.h"

static const double LEVEL = .95;

static void
add(int64_t *sum, int64_t amount)
{
	if (!money_add(sum, amount))
		die(EX_DATAERR, "stdin: amounts too large to be added");
}

static void
add_deal(struct won_lost *sums, const struct deal *deal)
{
	double amount = money_units(deal->amount);

	if (deal->outcome == LOST) {
		sums->lost++;
		add(&sums->lost_amount, deal->amount);
		sums->lost_squares += amount * amount;
		return;
	}
	sums->won++;
	add(&sums->won_amount, deal->amount);
	sums->won_squares += amount * amount;
	if (deal->created != NO_DAY) {
		double days = deal->closed - deal->created;
		sums->won_days += deal->closed - deal->created;
		sums->won_days_squares += days * days;
		sums->won_days_count++;
	}
}

struct won_lost *
figures_sums(const struct data *data, const struct group *group)
{
	struct won_lost *sums = mem_new(data->periods.count, sizeof *sums);
	size_t which[2];

	for (size_t i = 0; i < group->count; i++) {
		const struct deal *deal = group_deal(group, i);
		size_t found = deal->outcome == OPEN
		    ? 0
		    : periods_with(&data->periods, deal->decided, which);
		for (size_t j = 0; j < found; j++)
			add_deal(&sums[which[j]], deal);
	}
	return sums;
}

static void
put_rate(struct out *out, const struct period *period, const struct won_lost *sums)
{
	double won = (double)sums->won, n = won + (double)sums->lost;

	out_begin(out, "win_rate", period);
	out_value(out, won / n, stats_wilson(won, n, LEVEL), n);
	out_count(out, "won", sums->won);
	out_count(out, "lost", sums->lost);
	out_end(out);
}

/* As if of so many equal deals as tell as much (Kish): (sum a)^2 / sum a^2. */
static void
put_rate_by_amount(struct out *out, const struct period *period, const struct won_lost *sums)
{
	double won = money_units(sums->won_amount);
	double all = won + money_units(sums->lost_amount);
	double squares = sums->won_squares + sums->lost_squares;

	if (all <= 0)
		return;
	double effective = all * all / squares;
	out_begin(out, "win_rate_amount", period);
	out_value(out, won / all, stats_wilson(won / all * effective, effective, LEVEL),
	    (double)(sums->won + sums->lost));
	out_real(out, "effective_n", effective);
	out_money(out, "won_amount", sums->won_amount);
	out_money(out, "lost_amount", sums->lost_amount);
	out_end(out);
}

static void
put_won(struct out *out, const struct period *period, const struct won_lost *sums)
{
	double won = money_units(sums->won_amount);
	double half = stats_normal_quantile((1 + LEVEL) / 2) * sqrt(sums->won_squares);

	out_begin(out, "won_amount", period);
	out_money(out, "value", sums->won_amount);
	out_units(out, "low", fmax(won - half, 0));
	out_units(out, "high", won + half);
	out_count(out, "n", sums->won);
	out_end(out);
}

static void
put_average(struct out *out, const struct period *period, const struct won_lost *sums)
{
	double n = (double)sums->won, mean = money_units(sums->won_amount) / n;
	double variance = fmax(sums->won_squares - n * mean * mean, 0) / (n - 1);

	out_begin(out, "average_deal", period);
	out_units(out, "value", mean);
	if (sums->won > 1) {
		struct interval in = stats_mean_interval(mean, variance, n, LEVEL);
		out_units(out, "low", fmax(in.low, 0));
		out_units(out, "high", in.high);
	}
	out_count(out, "n", sums->won);
	out_money(out, "won_amount", sums->won_amount);
	out_end(out);
}

void
figure_rates(const struct data *data, const struct group *group, struct out *out)
{
	struct won_lost *sums = figures_sums(data, group);

	for (size_t i = 0; i < data->periods.count; i++) {
		const struct period *period = &data->periods.at[i];
		if (sums[i].won + sums[i].lost == 0)
			continue;
		put_rate(out, period, &sums[i]);
		put_rate_by_amount(out, period, &sums[i]);
		put_won(out, period, &sums[i]);
		if (sums[i].won > 0)
			put_average(out, period, &sums[i]);
	}
	free(sums);
}

struct line {
	double n, x, y, xx, xy; /* sums over deals: x months, y 1 if won */
	size_t points;
};

static struct line
line_of(const struct periods *periods, const struct won_lost *sums)
{
	struct line line = { .points = 0 };

	for (size_t i = 0; i < periods->buckets; i++) {
		double won = (double)sums[i].won, n = won + (double)sums[i].lost;
		double x = (double)i * periods->months;
		line.n += n;
		line.x += n * x;
		line.y += won;
		line.xx += n * x * x;
		line.xy += won * x;
		line.points += n > 0;
	}
	return line;
}

/* White's variance, which needs no equal variances: a deal won or lost has none. */
static double
slope_variance(
    const struct periods *periods, const struct won_lost *sums, struct line line, double slope)
{
	double mean = line.x / line.n, spread = line.xx - line.n * mean * mean, sum = 0;

	for (size_t i = 0; i < periods->buckets; i++) {
		double away = (double)i * periods->months - mean;
		double fit = line.y / line.n + slope * away;
		sum += away * away
		    * ((double)sums[i].won * (1 - fit) * (1 - fit)
			+ (double)sums[i].lost * fit * fit);
	}
	return sum / (spread * spread) * line.n / (line.n - 2);
}

void
figure_trend(const struct data *data, const struct group *group, struct out *out)
{
	enum { POINTS_LEAST = 3 };
	const struct periods *periods = &data->periods;
	struct won_lost *sums = figures_sums(data, group);
	struct line line = line_of(periods, sums);

	if (line.points >= POINTS_LEAST) {
		double slope =
		    (line.xy - line.x * line.y / line.n) / (line.xx - line.x * line.x / line.n);
		double half = stats_normal_quantile((1 + LEVEL) / 2)
		    * sqrt(slope_variance(periods, sums, line, slope));
		struct period whole = periods->at[periods->buckets - 1];
		whole.from = periods->at[0].from;
		out_begin(out, "win_rate_trend", &whole);
		out_value(out, slope, (struct interval){ slope - half, slope + half }, line.n);
		out_count(out, "points", (int64_t)line.points);
		out_end(out);
	}
	free(sums);
}
