#include <math.h>
#include <stdlib.h>

#include "diag.h"
#include "figures.h"
#include "mem.h"
#include "money.h"

static const double QUARTERS = 4; /* of a year */

struct sum {
	int64_t amount, count;
	double squares;
};

static void
add(struct sum *sum, int64_t amount)
{
	double units = money_units(amount);

	if (!money_add(&sum->amount, amount))
		die(EX_DATAERR, "stdin: amounts too large to be added");
	sum->count++;
	sum->squares += units * units;
}

static struct sum
won_between(const struct group *group, int32_t from, int32_t to)
{
	struct sum sum = { 0, 0, 0 };

	for (size_t i = 0; i < group->count; i++) {
		const struct deal *deal = group_deal(group, i);
		if (deal->outcome == WON && deal->decided >= from && deal->decided <= to)
			add(&sum, deal->amount);
	}
	return sum;
}

/* Open deals; those expected to close from now to that day, where the data say so. */
static struct sum
open_until(const struct data *data, const struct group *group, int32_t to)
{
	struct sum sum = { 0, 0, 0 };

	for (size_t i = 0; i < group->count; i++) {
		const struct deal *deal = group_deal(group, i);
		if (deal->outcome == OPEN && (!data->expected || deal->expected <= to))
			add(&sum, deal->amount);
	}
	return sum;
}

static double
half_width(const struct sum *sum)
{
	return stats_normal_quantile(.975) * sqrt(sum->squares);
}

static void
put_by_target(const struct data *data, const struct group *group, const struct target *target,
    struct out *out)
{
	struct period today = { "day", data->periods.as_of, data->periods.as_of, 0 };
	struct sum won = won_between(group, target->from, data->periods.as_of);
	struct sum open = open_until(data, group, target->to);
	int64_t left = target->amount - won.amount;

	out_begin(out, "pipeline_coverage", &today);
	if (left > 0)
		out_real(out, "value", money_units(open.amount) / money_units(left));
	out_count(out, "n", open.count);
	out_text(out, "against", "target");
	out_money(out, "open_amount", open.amount);
	out_money(out, "won_amount", won.amount);
	out_money(out, "target", target->amount);
	out_money(out, "remaining", left > 0 ? left : 0);
	out_day(out, "target_from", target->from);
	out_day(out, "target_to", target->to);
	out_end(out);
}

/* Against what a quarter of the last year brought; of less than a year, as much of it. */
static void
put_by_history(const struct data *data, const struct group *group, struct out *out)
{
	const struct period *year = &data->periods.at[data->periods.buckets];
	struct period today = { "day", data->periods.as_of, data->periods.as_of, 0 };
	struct sum won = won_between(group, year->from, year->to);
	struct sum open = open_until(data, group, NO_DAY);
	int32_t first = year->to;

	for (size_t i = 0; i < group->deals->count; i++)
		if (group->deals->at[i].outcome != OPEN && group->deals->at[i].decided < first)
			first = group->deals->at[i].decided;
	int32_t days = year->to - (first > year->from ? first : year->from) + 1;
	double scale = YEAR / QUARTERS / days;
	double usual = money_units(won.amount) * scale, half = half_width(&won) * scale;
	if (won.amount <= 0)
		return;
	double value = money_units(open.amount) / usual;
	struct interval in = { money_units(open.amount) / (usual + half),
		usual > half ? money_units(open.amount) / (usual - half) : NAN };
	out_begin(out, "pipeline_coverage", &today);
	out_value(out, value, in, (double)open.count);
	out_text(out, "against", "history");
	out_money(out, "open_amount", open.amount);
	out_money(out, "won_amount", won.amount);
	out_count(out, "days", days);
	out_end(out);
}

void
figure_coverage(const struct data *data, const struct group *group, struct out *out)
{
	int32_t as_of = data->periods.as_of;
	bool aimed = false;

	for (size_t i = 0; i < data->targets->count; i++) {
		const struct target *target = &data->targets->at[i];
		if (!json_equal(target->segment, group->segment) || target->from > as_of
		    || target->to < as_of)
			continue;
		put_by_target(data, group, target, out);
		aimed = true;
	}
	if (!aimed)
		put_by_history(data, group, out);
}

static void
put_attainment(
    const struct group *group, const struct target *target, int32_t as_of, struct out *out)
{
	int32_t to = target->to < as_of ? target->to : as_of;
	struct period period = { "target", target->from, to, target->to };
	struct sum won = won_between(group, target->from, to);
	double aim = money_units(target->amount), value = money_units(won.amount) / aim;
	double half = half_width(&won) / aim;

	out_begin(out, "attainment", &period);
	out_value(out, value, (struct interval){ fmax(value - half, 0), value + half },
	    (double)won.count);
	out_money(out, "won_amount", won.amount);
	out_money(out, "target", target->amount);
	out_real(out, "elapsed",
	    (double)(to - target->from + 1) / (double)(target->to - target->from + 1));
	out_day(out, "target_to", target->to);
	out_end(out);
}

void
figure_attainment(const struct data *data, const struct group *group, struct out *out)
{
	for (size_t i = 0; i < data->targets->count; i++) {
		struct target *target = &data->targets->at[i];
		if (!json_equal(target->segment, group->segment))
			continue;
		target->met = true;
		if (target->from <= data->periods.as_of)
			put_attainment(group, target, data->periods.as_of, out);
	}
}
