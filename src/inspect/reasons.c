#include <math.h>
#include <stdlib.h>

#include "mem.h"
#include "reasons.h"
#include "record.h"

static const struct reason none = { DAY_NONE, NULL };

static const char *
plural(int64_t count)
{
	return count == 1 ? "" : "s";
}

/* Of DAY_NONE, none. */
static int32_t
days_since(const struct watcher *watcher, int32_t day)
{
	return day != DAY_NONE ? watcher->risk->deals->day - day : 0;
}

static struct reason
overdue(const struct watcher *watcher, const struct deal *deal, const struct standing *standing)
{
	int32_t days = days_since(watcher, deal->expected);

	(void)standing;
	if (!watcher->rules->overdue.on || deal->expected == DAY_NONE
	    || days <= watcher->rules->overdue.days)
		return none;
	char *day = day_text(deal->expected);
	struct reason reason = { deal->expected + watcher->rules->overdue.days + 1,
		mem_printf("expected to close %s, %d day%s ago", day, days, plural(days)) };
	free(day);
	return reason;
}

static struct reason
pushed(const struct watcher *watcher, const struct deal *deal, const struct standing *standing)
{
	(void)deal;
	if (!watcher->rules->pushed.on || standing->pushes < watcher->rules->pushed.times)
		return none;
	return (struct reason){ standing->pushed,
		mem_printf("close date pushed %zu time%s", standing->pushes,
		    plural((int64_t)standing->pushes)) };
}

static struct reason
stalled_in(const struct watcher *watcher, const struct deal *deal, int32_t entered)
{
	const struct deals *deals = watcher->risk->deals;
	double bound = watcher->bounds.stage[deal->stage];
	int32_t days = deals->day - entered;

	if (days <= bound)
		return none;
	return (struct reason){ entered + (int32_t)bound + 1,
		mem_printf("in stage %s for %d days; %g%% of deals leave it within %.0f",
		    names_text(deals->stages, deal->stage), days,
		    watcher->rules->stalled.percentile, floor(bound)) };
}

static struct reason
stalled(const struct watcher *watcher, const struct deal *deal, const struct standing *standing)
{
	const struct bounds *bounds = &watcher->bounds;
	int32_t days = days_since(watcher, deal->created);

	if (!watcher->rules->stalled.on)
		return none;
	if (standing->entered != DAY_NONE && deal->stage != CODE_NONE
	    && bounds->stage[deal->stage] >= 0)
		return stalled_in(watcher, deal, standing->entered);
	if (deal->created == DAY_NONE || bounds->cycle < 0 || days <= bounds->cycle)
		return none;
	return (struct reason){ deal->created + (int32_t)bounds->cycle + 1,
		mem_printf("open for %d days; %g%% of won deals took %.0f or less", days,
		    watcher->rules->stalled.percentile, floor(bounds->cycle)) };
}

/* Beside the most it was worth in those days, what it was when they began included. */
static struct reason
amount_cut(
    const struct watcher *watcher, const struct deal *deal, const struct standing *standing)
{
	const struct warnings_rules *rules = watcher->rules;
	const struct change *list = watcher->risk->changes->list;
	int32_t today = watcher->risk->deals->day, since = DAY_NONE;
	int64_t most = deal->amount;

	(void)standing;
	for (size_t i = deal->change; i < deal->change + deal->changes; i++)
		if (list[i].field == AMOUNT && list[i].seen > today - rules->amount_cut.days
		    && list[i].old != CHANGE_NONE) {
			most = list[i].old > most ? list[i].old : most;
			if (list[i].new < list[i].old || since == DAY_NONE)
				since = list[i].seen;
		}
	double cut = most > 0 ? 100 * (1 - (double)deal->amount / (double)most) : 0;
	if (!rules->amount_cut.on || cut < rules->amount_cut.percent - 1e-9)
		return none;
	char *day = day_text(since);
	struct reason reason = { since,
		mem_printf("amount cut by %.0f%%, last on %s", cut, day) };
	free(day);
	return reason;
}

static struct reason
no_activity(
    const struct watcher *watcher, const struct deal *deal, const struct standing *standing)
{
	int32_t last = deal->active != DAY_NONE ? deal->active : deal->modified;
	int32_t days = days_since(watcher, last);

	(void)standing;
	if (!watcher->rules->no_activity.on || last == DAY_NONE
	    || days <= watcher->rules->no_activity.days)
		return none;
	return (struct reason){ last + watcher->rules->no_activity.days + 1,
		mem_printf("no activity for %d day%s", days, plural(days)) };
}

static struct reason
no_owner(
    const struct watcher *watcher, const struct deal *deal, const struct standing *standing)
{
	(void)standing;
	if (!watcher->rules->no_owner || deal->left == DAY_NONE)
		return none;
	char *day = day_text(deal->left);
	struct reason reason = { deal->left + 1,
		mem_printf("needs an owner: its rep left on %s", day) };
	free(day);
	return reason;
}

const struct reason_kind reason_kinds[REASONS] = {
	{ "no_owner", no_owner },
	{ "overdue", overdue },
	{ "pushed", pushed },
	{ "stalled", stalled },
	{ "amount_cut", amount_cut },
	{ "no_activity", no_activity },
};

static int
by_size(const void *a, const void *b)
{
	int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;

	return (x > y) - (x < y);
}

/* The smallest cycle that so many of them are not above. */
static void
measure_cycles(struct bounds *bounds, const struct risk *risk, double part, size_t least)
{
	const struct deals *deals = risk->deals;
	int32_t *cycles = mem_new(deals->count + 1, sizeof *cycles);
	int32_t since = deals->day - (int32_t)risk->rules.days;

	bounds->cycle = -1;
	for (size_t i = 0; i < deals->count; i++) {
		const struct deal *deal = &deals->at[i];
		if (deal->ended != DEAL_OPEN && deal->won && deal->created != DAY_NONE
		    && deal->ended >= since && deal->ended >= deal->created)
			cycles[bounds->cycles++] = deal->ended - deal->created;
	}
	qsort(cycles, bounds->cycles, sizeof *cycles, by_size);
	if (bounds->cycles >= least)
		bounds->cycle = cycles[(size_t)ceil(part * (double)bounds->cycles) - 1];
	free(cycles);
}

void
watcher_make(
    struct watcher *watcher, const struct risk *risk, const struct warnings_rules *rules)
{
	double part = rules->stalled.percentile / 100;
	size_t stages = names_count(risk->deals->stages);

	*watcher = (struct watcher){ .risk = risk, .rules = rules };
	watcher->bounds.stage = mem_new(stages + 1, sizeof *watcher->bounds.stage);
	for (uint32_t i = 0; i < stages; i++)
		watcher->bounds.stage[i] =
		    life_ended(&risk->staged, i) >= (double)rules->stalled.min_deals
		    ? life_quantile(&risk->staged, i, part)
		    : -1;
	measure_cycles(&watcher->bounds, risk, part, rules->stalled.min_deals);
}

void
watcher_release(struct watcher *watcher)
{
	free(watcher->bounds.stage);
}
