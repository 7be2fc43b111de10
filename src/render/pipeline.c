#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "diag.h"
#include "mem.h"
#include "pipeline.h"
#include "rec.h"
#include "view.h"
#include "when.h"
#include "words.h"

static const char *
text_of(const json_t *measure, const char *name)
{
	const char *text = json_string_value(json_object_get(measure, name));

	return text != NULL ? text : "";
}

static double
number_of(const json_t *measure, const char *name)
{
	return json_number_value(json_object_get(measure, name));
}

static bool
is(const json_t *measure, const char *name, const char *text)
{
	return strcmp(text_of(measure, name), text) == 0;
}

static void
append(json_t *list, json_t *value)
{
	if (list == NULL || json_array_append_new(list, value) != 0)
		die(EX_OSERR, "pipeline: out of memory");
}

static char *
amount_text(const json_t *measure, const char *name)
{
	double amount = number_of(measure, name);
	char *size = words_amount(fabs(amount), text_of(measure, "currency"));
	char *text = mem_printf("%s%s", amount < 0 ? "−" : "", size);

	free(size);
	return text;
}

/* "1–7 April 2024" */
static char *
days_text(const json_t *measure)
{
	int32_t from, to;

	if (!when_day(span(text_of(measure, "date")), &from)
		|| !when_day(span(text_of(measure, "through")), &to))
		return mem_copy("", 0);
	return words_days(from, to);
}

/* The measures of the whole company, each with a currency; the others are for whoever asks. */
static json_t *
read_measures(const char *path, const char *currency)
{
	struct rec_in *in = rec_open(path);
	size_t segment = rec_want(in, "segment"), kind = rec_want(in, "kind");
	json_t *all = json_array();
	const struct rec *rec;

	while ((rec = rec_next(in)) != NULL) {
		if (!span_is(rec_text(rec, kind), "measure"))
			die(EX_DATAERR, "%s:%zu: no measure", path, rec->number);
		if (!span_is(rec_text(rec, segment), "{}"))
			continue;
		json_t *measure = rec_object(rec);
		if (json_object_get(measure, "currency") == NULL)
			json_object_set_new(measure, "currency", json_string(currency));
		append(all, measure);
	}
	rec_close(in);
	return all;
}

/* The last one of a metric, with a value, whose field says so; borrowed. */
static const json_t *
last(const json_t *all, const char *metric, const char *field, const char *text)
{
	const json_t *measure, *found = NULL;
	size_t i;

	json_array_foreach (all, i, measure)
		if (is(measure, "metric", metric) && is(measure, field, text)
		    && json_object_get(measure, "value") != NULL)
			found = measure;
	return found;
}

static json_t *
cell(const json_t *measure, const char *part)
{
	json_t *made = json_object();
	double deals = number_of(json_object_get(measure, "deals"), part);

	if (deals != 0) {
		view_text(made, "amount", amount_text(measure, part));
		view_text(made, "deals", words_number(llround(deals)));
	}
	return made;
}

static json_t *
movement_row(const json_t *const measures[2], const char *part, const char *name)
{
	json_t *row = json_object(), *cells = json_array();
	bool any = false;

	for (int i = 0; i < 2; i++)
		if (measures[i] != NULL) {
			json_t *made = cell(measures[i], part);
			any = any || json_object_size(made) > 0;
			append(cells, made);
		}
	view_text(row, "name", mem_copy(name, strlen(name)));
	json_object_set_new(row, "cells", cells);
	if (any)
		return row;
	json_decref(row);
	return NULL;
}

static json_t *
movement(const json_t *const measures[2], const char *title)
{
	static const char *const parts[][2] = { { "begin", "Open at the start" },
		{ "new", "New" }, { "reopened", "Reopened" }, { "pulled_in", "Pulled in" },
		{ "up", "Amount raised" }, { "down", "Amount cut" },
		{ "pushed_out", "Pushed out" }, { "won", "Won" }, { "lost", "Lost" },
		{ "end", "Open at the end" } };
	json_t *made = json_object(), *rows = json_array(), *periods = json_array();

	for (int i = 0; i < 2; i++)
		if (measures[i] != NULL) {
			json_t *period = json_object();
			view_text(period, "days", days_text(measures[i]));
			append(periods, period);
		}
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		json_t *row = movement_row(measures, parts[i][0], parts[i][1]);
		if (row != NULL)
			append(rows, row);
	}
	view_text(made, "title", mem_copy(title, strlen(title)));
	json_object_set_new(made, "periods", periods);
	json_object_set_new(made, "rows", rows);
	return made;
}

/* Of the last two buckets; years stand between them and are none. */
static void
put_movements(json_t *view, const json_t *all)
{
	static const char *const scopes[][2] = { { "all", "All open deals" },
		{ "expected", "Expected to close in the period" } };
	json_t *movements = json_array();
	const json_t *measure;
	size_t i;

	for (int scope = 0; scope < 2; scope++) {
		const json_t *two[2] = { NULL, NULL };
		json_array_foreach (all, i, measure)
			if (is(measure, "metric", "pipeline_movement")
			    && is(measure, "scope", scopes[scope][0])
			    && !is(measure, "bucket", "year")) {
				two[0] = two[1];
				two[1] = measure;
			}
		if (two[1] != NULL)
			append(movements, movement(two, scopes[scope][1]));
	}
	if (json_array_size(movements) > 0)
		json_object_set_new(view, "movements", movements);
	else
		json_decref(movements);
}

static void
put_fact(json_t *view, const char *name, char *value, char *text, char *more)
{
	json_t *fact = json_object();

	view_text(fact, "value", value);
	view_text(fact, "text", text);
	view_text(fact, "more", more);
	json_object_set_new(view, name, fact);
}

/* "0.42 to 0.51", or NULL where the data cannot tell. */
static char *
range(const json_t *measure)
{
	if (json_object_get(measure, "low") == NULL || json_object_get(measure, "high") == NULL)
		return NULL;
	return mem_printf(
	    "%.1f to %.1f", number_of(measure, "low"), number_of(measure, "high"));
}

static void
put_coverage(json_t *view, const json_t *all)
{
	const json_t *target = last(all, "pipeline_coverage", "against", "target");
	const json_t *found =
	    target != NULL ? target : last(all, "pipeline_coverage", "against", "history");

	if (found == NULL)
		return;
	char *open = amount_text(found, "open_amount");
	char *left = target != NULL ? amount_text(found, "remaining") : NULL;
	char *text = target != NULL
	    ? mem_printf("%s open for %s still to be won", open, left)
	    : mem_printf("%s open, beside what a usual quarter brings", open);
	put_fact(view, "coverage", mem_printf("%.1f×", number_of(found, "value")), text,
	    range(found));
	free(left);
	free(open);
}

static void
put_velocity(json_t *view, const json_t *all)
{
	const json_t *found = last(all, "sales_velocity", "bucket", "year");

	if (found == NULL)
		return;
	char *open = words_count(llround(number_of(found, "open")), "open deal", "open deals");
	char *rate = words_percent(number_of(found, "win_rate"), 0);
	char *deal = amount_text(found, "average_deal");
	char *low = amount_text(found, "low"), *high = amount_text(found, "high");
	put_fact(view, "velocity", amount_text(found, "value"),
	    mem_printf("a day: %s × %s × %s / %.0f days", open, rate, deal,
		number_of(found, "won_cycle")),
	    json_object_get(found, "low") != NULL ? mem_printf("%s to %s", low, high) : NULL);
	free(open);
	free(rate);
	free(deal);
	free(low);
	free(high);
}

static void
put_slippage(json_t *view, const json_t *all)
{
	const json_t *measure, *found = NULL;
	size_t i;

	json_array_foreach (all, i, measure)
		if (is(measure, "metric", "slippage")
		    && json_object_get(measure, "value") != NULL)
			found = measure;
	if (found == NULL)
		return;
	char *days = days_text(found), *low = words_percent(number_of(found, "low"), 0),
	     *high = words_percent(number_of(found, "high"), 0);
	put_fact(view, "slippage", words_percent(number_of(found, "value"), 0),
	    mem_printf("%.0f of %.0f due were still open, %s", number_of(found, "slipped"),
		number_of(found, "n"), days),
	    mem_printf("%s to %s", low, high));
	free(days);
	free(low);
	free(high);
}

static char *
stage_days(const json_t *all, const char *metric, const char *stage)
{
	const json_t *measure;
	size_t i;

	json_array_foreach (all, i, measure)
		if (is(measure, "metric", metric) && is(measure, "bucket", "year")
		    && is(measure, "stage", stage) && json_object_get(measure, "value") != NULL)
			return words_count(llround(number_of(measure, "value")), "day", "days");
	return NULL;
}

static void
put_stages(json_t *view, const json_t *all)
{
	json_t *stages = json_array();
	const json_t *measure;
	size_t i;

	json_array_foreach (all, i, measure) {
		const char *name = text_of(measure, "stage");
		if (!is(measure, "metric", "stage_conversion")
		    || !is(measure, "bucket", "year"))
			continue;
		json_t *row = json_object();
		char *low = words_percent(number_of(measure, "low"), 0),
		     *high = words_percent(number_of(measure, "high"), 0);
		view_text(row, "name", mem_copy(name, strlen(name)));
		view_text(row, "entered", words_number(llround(number_of(measure, "n"))));
		view_text(row, "conversion", words_percent(number_of(measure, "value"), 0));
		view_text(row, "range", mem_printf("%s to %s", low, high));
		view_text(row, "median", stage_days(all, "time_in_stage_median", name));
		view_text(row, "p90", stage_days(all, "time_in_stage_p90", name));
		append(stages, row);
		free(low);
		free(high);
	}
	if (json_array_size(stages) > 0)
		view_truth(view, "has_stages");
	json_object_set_new(view, "stages", stages);
}

/* "stage_conversion" as people write it. */
static char *
in_words(const char *metric)
{
	char *words = mem_copy(metric, strlen(metric));

	for (char *p = words; *p != '\0'; p++)
		*p = *p == '_' ? ' ' : *p;
	return words;
}

/* A row for each thing that is not there, with what there would be. */
static void
put_lacks(json_t *view, const json_t *all)
{
	json_t *lacks = json_array(), *row = NULL;
	const json_t *measure;
	size_t i;

	json_array_foreach (all, i, measure) {
		const char *field = text_of(measure, "lacks");
		if (*field == '\0')
			continue;
		char *metric = in_words(text_of(measure, "metric"));
		if (row == NULL || !is(row, "field", field)) {
			row = json_object();
			view_text(row, "field", mem_copy(field, strlen(field)));
			view_text(row, "metrics", metric);
			append(lacks, row);
		} else {
			view_text(row, "metrics",
			    mem_printf("%s, %s", text_of(row, "metrics"), metric));
			free(metric);
		}
	}
	if (json_array_size(lacks) > 0)
		json_object_set_new(view, "lacks", lacks);
	else
		json_decref(lacks);
}

json_t *
pipeline(const char *path, const char *currency)
{
	json_t *all = read_measures(path, currency), *view = json_object();

	put_movements(view, all);
	put_coverage(view, all);
	put_slippage(view, all);
	put_velocity(view, all);
	put_stages(view, all);
	put_lacks(view, all);
	json_decref(all);
	return view;
}
