#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "blind.h"
#include "diag.h"
#include "history.h"
#include "mem.h"
#include "money.h"
#include "rec.h"
#include "segment.h"
#include "view.h"
#include "when.h"
#include "words.h"

enum { LEARNING = 150, LONGEST = 140 }; /* days: before anything is told; of a window */
static const double least_information = 1.5; /* that a window needs, as detect has it */

struct condition {
	size_t slot;
	const char *value;
};

struct spot {
	json_t *row; /* of the ledger */
	char *text; /* the segment's, to tell two of one size apart */
	double visible; /* 0: too small for any */
	struct condition *conditions;
	size_t count;
	int64_t amount;
	long long deals, decided; /* open; of the longest window */
};

struct spots {
	struct spot *list;
	size_t count, room;
	int32_t date, first; /* of the ledger; of the first recorded deal */
	double won, decided;
};

static void
add_row(struct spots *spots, json_t *row, const char *path, size_t line)
{
	const char *date = json_string_value(json_object_get(row, "date"));
	double visible = json_number_value(json_object_get(row, "visible"));

	if (date == NULL
	    || !when_day(span(date), &spots->date)
		|| !json_is_object(json_object_get(row, "segment")))
		die(EX_DATAERR, "%s:%zu: no row of a ledger", path, line);
	if ((visible > 0 && visible * 100 <= BLIND_POINTS)
	    || json_object_get(json_object_get(row, "segment"), HISTORY_REP) != NULL) {
		json_decref(row);
		return;
	}
	if (spots->count == spots->room) {
		spots->room = 2 * spots->room + 64;
		spots->list = mem_grow(spots->list, spots->room, sizeof *spots->list);
	}
	spots->list[spots->count++] = (struct spot){ .row = row,
		.text = segment_text(json_object_get(row, "segment")),
		.visible = visible };
}

static void
read_ledger(struct spots *spots, const char *path)
{
	struct rec_in *in = rec_open(path);
	const struct rec *line;

	while ((line = rec_next(in)) != NULL)
		add_row(spots, rec_object(line), path, line->number);
	rec_close(in);
}

static void
want(struct spot *spot, struct rec_in *in)
{
	json_t *segment = json_object_get(spot->row, "segment"), *value;
	const char *name;

	spot->conditions = mem_new(json_object_size(segment) + 1, sizeof *spot->conditions);
	json_object_foreach (segment, name, value)
		if (json_is_string(value))
			spot->conditions[spot->count++] =
			    (struct condition){ rec_want(in, name), json_string_value(value) };
}

static bool
is_within(const struct spot *spot, const struct rec *deal)
{
	for (size_t i = 0; i < spot->count; i++)
		if (!span_is(
			rec_text(deal, spot->conditions[i].slot), spot->conditions[i].value))
			return false;
	return true;
}

struct columns {
	size_t outcome, recorded, closed, created, amount;
};

static int32_t
day_of(const struct rec *deal, size_t slot)
{
	struct span text = rec_text(deal, slot);
	int32_t day;

	if (text.len > WHEN_DAY_LEN)
		text.len = WHEN_DAY_LEN;
	return when_day(text, &day) ? day : INT32_MAX;
}

static void
add_open(struct spots *spots, const struct rec *deal, const struct columns *columns)
{
	int64_t amount;

	if (!money_read(rec_text(deal, columns->amount), &amount))
		amount = 0;
	for (size_t i = 0; i < spots->count; i++) {
		struct spot *spot = &spots->list[i];
		if (!is_within(spot, deal))
			continue;
		spot->deals++;
		if (!money_add(&spot->amount, amount))
			die(EX_DATAERR, "deals: amounts too large to be added");
	}
}

/* As the ledger's day knew them: what was recorded later was open then. */
static void
add_deal(struct spots *spots, const struct rec *deal, const struct columns *columns)
{
	struct span outcome = rec_text(deal, columns->outcome);
	int32_t day = INT32_MAX;

	if (!span_is(outcome, "open")) {
		bool told = !rec_is_missing(deal, columns->recorded);
		day = day_of(deal, told ? columns->recorded : columns->closed);
	}
	if (day > spots->date) {
		if (day_of(deal, columns->created) <= spots->date)
			add_open(spots, deal, columns);
		return;
	}
	spots->first = day < spots->first ? day : spots->first;
	spots->won += span_is(outcome, "won");
	spots->decided++;
	for (size_t i = 0; i < spots->count && day > spots->date - LONGEST; i++)
		spots->list[i].decided += is_within(&spots->list[i], deal);
}

static void
read_deals(struct spots *spots, const char *path)
{
	struct rec_in *in = rec_open(path);
	struct columns columns = { rec_want(in, "outcome"), rec_want(in, "recorded_at"),
		rec_want(in, "closed_date"), rec_want(in, "created_date"),
		rec_want(in, "amount") };
	const struct rec *deal;

	spots->first = INT32_MAX;
	for (size_t i = 0; i < spots->count; i++)
		want(&spots->list[i], in);
	while ((deal = rec_next(in)) != NULL)
		add_deal(spots, deal, &columns);
	rec_close(in);
}

static int
by_pipeline(const void *a, const void *b)
{
	const struct spot *one = a, *other = b;

	if (one->amount != other->amount)
		return one->amount < other->amount ? 1 : -1;
	return strcmp(one->text, other->text);
}

/* How many decided deals the company's rate needs for the smallest window there may be. */
static long long
needed(const struct spots *spots)
{
	double rate = spots->decided > 0 ? spots->won / spots->decided : 0;

	return rate > 0 && rate < 1 ? llround(ceil(least_information / (rate * (1 - rate))))
				    : 1;
}

static json_t *
shown(const struct spots *spots, const struct spot *spot, const json_t *company)
{
	const char *currency = json_string_value(json_object_get(company, "currency"));
	json_t *made = json_object(), *words = words_alert(spot->row, company);

	json_object_set(made, "name", json_object_get(words, "segment_name"));
	view_text(made, "pipeline",
	    words_amount(
		(double)spot->amount / MONEY_ONE, currency != NULL ? currency : "USD"));
	view_text(made, "deals", words_count(spot->deals, "deal", "deals"));
	if (spot->visible > 0)
		view_text(
		    made, "visible", mem_printf("%ld points", lround(100 * spot->visible)));
	else
		view_text(made, "small",
		    mem_printf("%lld decided in %d days, %lld or so are needed", spot->decided,
			LONGEST, needed(spots)));
	json_decref(words);
	return made;
}

static void
put_rows(json_t *view, struct spots *spots, const json_t *company)
{
	json_t *rows = json_array();
	size_t count = 0;

	if (spots->count > 0)
		qsort(spots->list, spots->count, sizeof *spots->list, by_pipeline);
	while (count < spots->count && spots->list[count].amount > 0)
		count++;
	for (size_t i = 0; i < count && i < BLIND_ROWS; i++)
		if (json_array_append_new(rows, shown(spots, &spots->list[i], company)) != 0)
			die(EX_OSERR, "blind: out of memory");
	if (count > 0)
		view_truth(view, "has_rows");
	if (count > BLIND_ROWS)
		view_text(view, "more",
		    words_count(
			(long long)count - BLIND_ROWS, "other segment", "other segments"));
	view_text(view, "points", mem_printf("%d", BLIND_POINTS));
	json_object_set_new(view, "rows", rows);
}

static void
put_history(json_t *view, const struct spots *spots)
{
	int32_t known = spots->first <= spots->date ? spots->date - spots->first + 1 : 0;

	if (known > LEARNING)
		return;
	char *missing = words_count((LEARNING - known) / 7 + 1, "week", "weeks");
	view_text(view, "history",
	    mem_printf(
		"%s more of recorded deals are needed before any change can be told", missing));
	free(missing);
}

json_t *
blind(const char *ledger, const char *deals, const json_t *company)
{
	struct spots spots = { 0 };
	json_t *view = json_object();

	read_ledger(&spots, ledger);
	read_deals(&spots, deals);
	put_rows(view, &spots, company);
	put_history(view, &spots);
	for (size_t i = 0; i < spots.count; i++) {
		json_decref(spots.list[i].row);
		free(spots.list[i].text);
		free(spots.list[i].conditions);
	}
	free(spots.list);
	return view;
}
