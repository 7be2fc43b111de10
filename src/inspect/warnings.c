#include <stdlib.h>

#include "diag.h"
#include "mem.h"
#include "money.h"
#include "rec_out.h"
#include "record.h"
#include "warnings.h"
#include "when.h"

enum { REPS_MOST = 3 };

struct warning {
	const struct deal *deal;
	int32_t since; /* the day it came onto the list */
	char *words[REASONS]; /* or NULL */
};

/* Of the deals of one list. */
struct list {
	struct warning *at;
	size_t count, open; /* open: looked at */
};

static int64_t
list_stake(const struct list *list)
{
	int64_t stake = 0;

	for (size_t i = 0; i < list->count; i++)
		if (!money_add(&stake, list->at[i].deal->amount))
			die(EX_DATAERR, "the amounts of open deals are too large to be added");
	return stake;
}

static void
look_at(struct list *list, const struct watcher *watcher, const struct deal *deal)
{
	struct standing standing =
	    standing_on(watcher->risk->changes, deal, watcher->risk->deals->day);
	struct warning warning = { .deal = deal, .since = INT32_MAX };

	for (size_t i = 0; i < REASONS; i++) {
		struct reason reason = reason_kinds[i].of(watcher, deal, &standing);
		warning.words[i] = reason.words;
		if (reason.words != NULL && reason.since < warning.since)
			warning.since = reason.since;
	}
	list->open++;
	if (warning.since == INT32_MAX)
		return;
	list->at = mem_grow(list->at, list->count + 1, sizeof warning);
	list->at[list->count++] = warning;
}

static int
by_amount(const void *a, const void *b)
{
	const struct warning *x = a, *y = b;

	if (x->deal->amount != y->deal->amount)
		return x->deal->amount > y->deal->amount ? -1 : 1;
	return x->deal < y->deal ? -1 : 1; /* by id */
}

static json_t *
texts_of(const struct warning *warning, bool names)
{
	json_t *list = json_array();

	for (size_t i = 0; i < REASONS; i++)
		if (warning->words[i] != NULL)
			add_text(list,
			    mem_printf("%s", names ? reason_kinds[i].name : warning->words[i]));
	return list;
}

static json_t *
deal_json(const struct risk *risk, const struct warning *warning)
{
	const struct deals *deals = risk->deals;
	const struct deal *deal = warning->deal;
	double chance = risk_of(risk, deal).chance;
	json_t *record = json_object();

	set_text(record, "deal_id", deal->id);
	set_money(record, "amount", deal->amount);
	if (deal->rep != CODE_NONE)
		set_text(record, "sales_rep_id", names_text(deals->reps, deal->rep));
	if (deal->stage != CODE_NONE)
		set_text(record, "stage", names_text(deals->stages, deal->stage));
	set(record, "warnings", texts_of(warning, true));
	set(record, "reasons", texts_of(warning, false));
	set_day(record, "since", warning->since);
	set_real(record, "chance", chance, 4);
	set_text(record, "risk", risk_level(risk, chance));
	if (*deal->url != '\0')
		set_text(record, "url", deal->url);
	return record;
}

static json_t *
counts_of(const struct list *list)
{
	json_t *counts = json_object();

	for (size_t i = 0; i < REASONS; i++) {
		size_t count = 0;
		for (size_t j = 0; j < list->count; j++)
			count += list->at[j].words[i] != NULL;
		if (count > 0)
			set_count(counts, reason_kinds[i].name, count);
	}
	return counts;
}

struct rep {
	uint32_t rep;
	int64_t amount;
	size_t deals;
};

static int
by_stake(const void *a, const void *b)
{
	const struct rep *x = a, *y = b;

	if (x->amount != y->amount)
		return x->amount > y->amount ? -1 : 1;
	return (x->rep > y->rep) - (x->rep < y->rep);
}

/* The people with most of it. */
static json_t *
reps_of(const struct deals *deals, const struct list *list)
{
	size_t reps = names_count(deals->reps), count = 0;
	struct rep *all = mem_new(reps + 1, sizeof *all);
	json_t *array = json_array();

	for (uint32_t i = 0; i < reps; i++)
		all[i].rep = i;
	for (size_t i = 0; i < list->count; i++) {
		const struct deal *deal = list->at[i].deal;
		if (deal->rep == CODE_NONE || deal->left != DAY_NONE)
			continue;
		all[deal->rep].amount += deal->amount;
		all[deal->rep].deals++;
	}
	qsort(all, reps, sizeof *all, by_stake);
	for (size_t i = 0; i < reps && count < REPS_MOST; i++) {
		if (all[i].deals == 0)
			continue;
		json_t *rep = json_object();
		set_text(rep, "sales_rep_id", names_text(deals->reps, all[i].rep));
		set_money(rep, "amount", all[i].amount);
		set_count(rep, "deals", all[i].deals);
		json_array_append_new(array, rep);
		count++;
	}
	free(all);
	return array;
}

static json_t *
segment_of(const struct deals *deals, uint32_t code)
{
	json_t *segment = json_object();

	if (code != CODE_NONE) {
		const char *text = names_text(deals->lists, code);
		set_text(segment, deals->by[text[0] - '0'], text + 1);
	}
	return segment;
}

static int32_t
opened(const struct list *list)
{
	int32_t latest = INT32_MIN;

	for (size_t i = 0; i < list->count; i++)
		if (list->at[i].since > latest)
			latest = list->at[i].since;
	return when_week(latest + 1) - 1;
}

static void
write_list(
    struct rec_out *out, const struct watcher *watcher, const struct list *list, uint32_t code)
{
	const struct deals *deals = watcher->risk->deals;
	json_t *finding = json_object(), *pipeline = json_object(), *rows = json_array();
	size_t shown = list->count < watcher->rules->most ? list->count : watcher->rules->most;

	set_text(finding, "kind", "finding");
	set_count(finding, "v", 1);
	set_text(finding, "type", "deal_warnings");
	set_day(finding, "date", deals->day);
	set_day(finding, "opened", opened(list));
	set(finding, "segment", segment_of(deals, code));
	set_text(finding, "direction", "down");
	set_count(finding, "n", list->count);
	set_count(finding, "open_deals", list->open);
	set_money(pipeline, "amount", list_stake(list));
	set_count(pipeline, "deals", list->count);
	set(finding, "pipeline", pipeline);
	set(finding, "warnings", counts_of(list));
	set(finding, "reps", reps_of(deals, list));
	for (size_t i = 0; i < shown; i++)
		json_array_append_new(rows, deal_json(watcher->risk, &list->at[i]));
	set(finding, "deals", rows);
	rec_dump(out, finding);
	json_decref(finding);
}

static void
release_list(struct list *list)
{
	for (size_t i = 0; i < list->count; i++)
		for (size_t j = 0; j < REASONS; j++)
			free(list->at[i].words[j]);
	free(list->at);
}

/* Lists in the order of their names; what has none is the company's own, and comes last. */
size_t
warnings_write(struct rec_out *out, const struct risk *risk, const struct warnings_rules *rules)
{
	const struct deals *deals = risk->deals;
	uint32_t named = names_count(deals->lists);
	struct list *lists = mem_new(named + 1, sizeof *lists);
	struct watcher watcher;
	size_t written = 0;

	watcher_make(&watcher, risk, rules);
	for (size_t i = 0; rules->on && i < deals->count; i++)
		if (deals->at[i].ended == DEAL_OPEN) {
			uint32_t code = deals->at[i].list;
			look_at(
			    &lists[code == CODE_NONE ? named : code], &watcher, &deals->at[i]);
		}
	for (uint32_t i = 0; i <= named; i++) {
		if (lists[i].count > 0 && list_stake(&lists[i]) >= rules->min_pipeline) {
			qsort(lists[i].at, lists[i].count, sizeof *lists[i].at, by_amount);
			write_list(out, &watcher, &lists[i], i == named ? CODE_NONE : i);
			written++;
		}
		release_list(&lists[i]);
	}
	watcher_release(&watcher);
	free(lists);
	return written;
}
