#include <stdlib.h>

#include "figures.h"
#include "stats.h"

static const double LEVEL = .95;

struct due {
	const struct period *period;
	int64_t deals, slipped, amount, slipped_amount, pushed;
	double squares;
};

static bool
is_due(const struct period *period, const struct state *begin)
{
	return begin->exists && begin->outcome == OPEN && begin->expected >= period->from
	    && begin->expected <= period->end;
}

/* Of what was open and expected in the period, either its day has come or it was put off
   beyond the period before that. */
static void
add(struct due *due, const struct state *begin, const struct state *end)
{
	const struct period *period = due->period;
	bool open = end->outcome == OPEN;
	bool put_off = open && (end->expected == NO_DAY || end->expected > period->end);
	double amount = money_units(begin->amount);

	if (begin->expected > period->to && !put_off && open)
		return;
	due->deals++;
	due->amount += begin->amount;
	due->squares += amount * amount;
	due->pushed += put_off;
	due->slipped += open;
	due->slipped_amount += open ? begin->amount : 0;
}

static void
put(struct out *out, const struct due *due)
{
	double n = (double)due->deals, slipped = (double)due->slipped;
	double all = money_units(due->amount), part = money_units(due->slipped_amount);

	if (due->deals == 0)
		return;
	out_begin(out, "slippage", due->period);
	out_value(out, slipped / n, stats_wilson(slipped, n, LEVEL), n);
	out_count(out, "slipped", due->slipped);
	out_count(out, "pushed_out", due->pushed);
	out_end(out);
	if (all <= 0)
		return;
	double effective = all * all / due->squares;
	out_begin(out, "slippage_amount", due->period);
	out_value(out, part / all, stats_wilson(part / all * effective, effective, LEVEL), n);
	out_real(out, "effective_n", effective);
	out_money(out, "due_amount", due->amount);
	out_money(out, "slipped_amount", due->slipped_amount);
	out_end(out);
}

void
figure_slippage(const struct data *data, const struct group *group, struct out *out)
{
	for (size_t i = 0; i < data->periods.buckets && data->expected; i++) {
		const struct period *period = &data->periods.at[i];
		struct due due = { .period = period };
		for (size_t j = 0; j < group->count; j++) {
			const struct deal *deal = group_deal(group, j);
			if (deal_is_idle(deal, period))
				continue;
			struct state begin = deals_state(group->deals, deal, period->from - 1);
			if (!is_due(period, &begin))
				continue;
			struct state end = deals_state(group->deals, deal, period->to);
			add(&due, &begin, &end);
		}
		put(out, &due);
	}
}

struct pushes {
	int64_t pushes, days, deals, often;
};

static void
add_pushes(struct pushes *sum, const struct deal *deal, const struct changes *changes,
    const struct period *period)
{
	enum { OFTEN = 3 };
	int64_t now = 0, ever = 0;

	for (size_t i = deal->first_change; i < deal->first_change + deal->changes; i++) {
		const struct change *change = &changes->at[i];
		if (change->field != EXPECTED || change->old == NOTHING
		    || change->new == NOTHING || change->new <= change->old
		    || change->day > period->to)
			continue;
		ever++;
		if (change->day < period->from)
			continue;
		now++;
		sum->days += change->new - change->old;
	}
	sum->pushes += now;
	sum->deals += now > 0;
	sum->often += now > 0 && ever >= OFTEN;
}

void
figure_pushes(const struct data *data, const struct group *group, struct out *out)
{
	for (size_t i = 0; i < data->periods.count && data->expected && data->changes; i++) {
		const struct period *period = &data->periods.at[i];
		struct pushes sum = { 0 };
		for (size_t j = 0; j < group->count; j++)
			add_pushes(&sum, group_deal(group, j), &group->deals->changes, period);
		struct interval in = stats_poisson_interval((double)sum.pushes, LEVEL);
		out_begin(out, "push_count", period);
		out_value(out, (double)sum.pushes, in, (double)sum.deals);
		out_count(out, "pushed_days", sum.days);
		out_count(out, "pushed_thrice", sum.often);
		out_end(out);
	}
}
