#include <stdlib.h>

#include "figures.h"
#include "incidence.h"
#include "mem.h"
#include "stats.h"

struct exits {
	size_t advanced, lost;
};

struct passage {
	const struct data *data;
	struct exits *exits; /* by the stage, then the period it was left in */
	struct watched *moves, *stays; /* key: the stage, then the period of entry */
	size_t move_count, stay_count, room;
};

static const struct visit *
visits_of(const struct data *data, uint32_t row, size_t *count)
{
	const struct stages *stages = data->stages;

	*count = stages->first[row + 1] - stages->first[row];
	return &stages->visits[stages->first[row]];
}

static bool
is_first(const struct visit *visits, size_t i)
{
	for (size_t j = 0; j < i; j++)
		if (visits[j].stage == visits[i].stage)
			return false;
	return true;
}

static struct watched
until(int32_t from, int32_t to, enum ending ending)
{
	return (struct watched){ .days = to > from ? to - from : 0, .ending = ending };
}

/* Out of the stage: to any other, or out of the pipeline. */
static struct watched
stay(const struct passage *passage, const struct deal *deal, const struct visit *visits,
    size_t i, size_t count)
{
	if (i + 1 < count)
		return until(visits[i].day, visits[i + 1].day, ONE);
	if (deal->outcome != OPEN)
		return until(visits[i].day, deal->closed, ONE);
	return until(visits[i].day, passage->data->periods.as_of, NOT_YET);
}

/* On to a later stage or won, or else lost; going back is neither. */
static struct watched
move(const struct passage *passage, const struct deal *deal, const struct visit *visits,
    size_t i, size_t count)
{
	for (size_t j = i + 1; j < count; j++)
		if (visits[j].stage > visits[i].stage)
			return until(visits[i].day, visits[j].day, ONE);
	if (deal->outcome != OPEN)
		return until(visits[i].day, deal->closed, deal->outcome == WON ? ONE : OTHER);
	return until(visits[i].day, passage->data->periods.as_of, NOT_YET);
}

/* By the day it ended: no deal is missing because it is young, as in a cohort. */
static void
add_exit(struct passage *passage, const struct visit *visit, const struct watched *on)
{
	const struct periods *periods = &passage->data->periods;
	size_t which[2], found = periods_with(periods, visit->day + on->days, which);

	for (size_t i = 0; on->ending != NOT_YET && i < found; i++) {
		struct exits *exits = &passage->exits[visit->stage * periods->count + which[i]];
		*(on->ending == ONE ? &exits->advanced : &exits->lost) += 1;
	}
}

static void
add_visit(struct passage *passage, const struct deal *deal, const struct visit *visits,
    size_t i, size_t count)
{
	const struct periods *periods = &passage->data->periods;
	struct watched left = stay(passage, deal, visits, i, count);
	struct watched on = move(passage, deal, visits, i, count);
	size_t which[2], found = periods_with(periods, visits[i].day, which);

	if (is_first(visits, i))
		add_exit(passage, &visits[i], &on);
	for (size_t j = 0; j < found; j++) {
		left.key = on.key = (uint32_t)(visits[i].stage * periods->count + which[j]);
		passage->stays[passage->stay_count++] = left;
		if (is_first(visits, i))
			passage->moves[passage->move_count++] = on;
	}
}

static void
add_deal(struct passage *passage, const struct deal *deal, uint32_t row)
{
	size_t count;
	const struct visit *visits = visits_of(passage->data, row, &count);

	if (passage->stay_count + 2 * count > passage->room) {
		passage->room = passage->room * 2 + 2 * count + 1024;
		passage->stays =
		    mem_grow(passage->stays, passage->room, sizeof *passage->stays);
		passage->moves =
		    mem_grow(passage->moves, passage->room, sizeof *passage->moves);
	}
	for (size_t i = 0; i < count; i++)
		add_visit(passage, deal, visits, i, count);
}

static void
begin(const struct data *data, struct out *out, const char *metric, uint32_t key)
{
	uint32_t stage = key / (uint32_t)data->periods.count;

	out_begin(out, metric, &data->periods.at[key % data->periods.count]);
	out_text(out, "stage", data->stages->name[stage]);
	out_count(out, "place", stage + 1);
}

static void
put_conversion(const struct data *data, struct out *out, const struct watched *all, size_t n)
{
	struct incidence made = incidence_of(all, n);
	double resolved = (double)(made.ended[ONE] + made.ended[OTHER]);

	begin(data, out, "stage_conversion", all->key);
	out_value(out, made.one, made.one_in, (double)n);
	out_count(out, "days", made.days);
	out_real(out, "lost_share", made.other);
	out_real(out, "open_share", made.still);
	if (resolved > 0)
		out_real(out, "naive", (double)made.ended[ONE] / resolved);
	out_count(out, "advanced", (int64_t)made.ended[ONE]);
	out_count(out, "lost", (int64_t)made.ended[OTHER]);
	out_count(out, "open", (int64_t)made.ended[NOT_YET]);
	out_end(out);
}

static void
put_time(const struct data *data, struct out *out, const char *metric, double share,
    const struct watched *all, size_t n)
{
	struct waiting waiting = incidence_wait(all, n, share);
	int64_t left = 0, days = 0;

	for (size_t i = 0; i < n; i++) {
		left += all[i].ending != NOT_YET;
		days += all[i].days;
	}
	begin(data, out, metric, all->key);
	if (waiting.days >= 0)
		out_count(out, "value", waiting.days);
	if (waiting.low >= 0)
		out_count(out, "low", waiting.low);
	if (waiting.high >= 0)
		out_count(out, "high", waiting.high);
	out_count(out, "n", (int64_t)n);
	out_count(out, "left", left);
	out_count(out, "open", (int64_t)n - left);
	out_count(out, "stage_days", days);
	out_end(out);
}

static void
put_exits(const struct data *data, struct out *out, uint32_t key, struct exits exits)
{
	double advanced = (double)exits.advanced, n = advanced + (double)exits.lost;

	if (!(n > 0))
		return;
	begin(data, out, "stage_exit_conversion", key);
	out_value(out, advanced / n, stats_wilson(advanced, n, .95), n);
	out_count(out, "advanced", (int64_t)exits.advanced);
	out_count(out, "lost", (int64_t)exits.lost);
	out_end(out);
}

static size_t
same_key(const struct watched *all, size_t from, size_t count)
{
	size_t to = from;

	while (to < count && all[to].key == all[from].key)
		to++;
	return to;
}

void
figure_stages(const struct data *data, const struct group *group, struct out *out)
{
	struct passage passage = { .data = data };
	size_t keys = data->stages->count * data->periods.count;

	if (data->stages->count == 0)
		return;
	passage.exits = mem_new(keys, sizeof *passage.exits);
	for (size_t i = 0; i < group->count; i++)
		add_deal(&passage, group_deal(group, i), group->rows[i]);
	incidence_sort(passage.moves, passage.move_count);
	incidence_sort(passage.stays, passage.stay_count);
	for (size_t from = 0, to = 0; from < passage.move_count; from = to) {
		to = same_key(passage.moves, from, passage.move_count);
		put_conversion(data, out, &passage.moves[from], to - from);
	}
	for (size_t i = 0; i < keys; i++)
		put_exits(data, out, (uint32_t)i, passage.exits[i]);
	for (size_t from = 0, to = 0; from < passage.stay_count; from = to) {
		const struct watched *all = &passage.stays[from];
		to = same_key(passage.stays, from, passage.stay_count);
		put_time(data, out, "time_in_stage_median", .5, all, to - from);
		put_time(data, out, "time_in_stage_p90", .9, all, to - from);
	}
	free(passage.exits);
	free(passage.moves);
	free(passage.stays);
}
