#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "diag.h"
#include "mem.h"
#include "movement.h"
#include "view.h"
#include "when.h"
#include "words.h"

const char *
measure_text(const json_t *measure, const char *name)
{
	const char *text = json_string_value(json_object_get(measure, name));

	return text != NULL ? text : "";
}

double
measure_number(const json_t *measure, const char *name)
{
	return json_number_value(json_object_get(measure, name));
}

bool
measure_is(const json_t *measure, const char *name, const char *text)
{
	return strcmp(measure_text(measure, name), text) == 0;
}

void
pipeline_add(json_t *list, json_t *value)
{
	if (list == NULL || json_array_append_new(list, value) != 0)
		die(EX_OSERR, "pipeline: out of memory");
}

char *
measure_amount(const json_t *measure, const char *name)
{
	double amount = measure_number(measure, name);
	char *size = words_amount(fabs(amount), measure_text(measure, "currency"));
	char *text = mem_printf("%s%s", amount < 0 ? "−" : "", size);

	free(size);
	return text;
}

/* "1–7 April 2024" */
char *
measure_days(const json_t *measure)
{
	int32_t from, to;

	if (!when_day(span(measure_text(measure, "date")), &from)
		|| !when_day(span(measure_text(measure, "through")), &to))
		return mem_copy("", 0);
	return words_days(from, to);
}

static json_t *
cell(const json_t *measure, const char *part)
{
	json_t *made = json_object();
	double deals = measure_number(json_object_get(measure, "deals"), part);

	if (deals != 0) {
		view_text(made, "amount", measure_amount(measure, part));
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
			pipeline_add(cells, made);
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
			view_text(period, "days", measure_days(measures[i]));
			pipeline_add(periods, period);
		}
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		json_t *row = movement_row(measures, parts[i][0], parts[i][1]);
		if (row != NULL)
			pipeline_add(rows, row);
	}
	view_text(made, "title", mem_copy(title, strlen(title)));
	json_object_set(made, "raw", (json_t *)measures[1]);
	json_object_set_new(made, "periods", periods);
	json_object_set_new(made, "rows", rows);
	return made;
}

/* "$2.2M new, $3.0M won": the parts of a movement that are not nothing. */
static char *
parts_said(const json_t *measure)
{
	static const char *const said[][2] = { { "new", "new" }, { "reopened", "reopened" },
		{ "pulled_in", "pulled in" }, { "up", "raised" }, { "down", "cut" },
		{ "pushed_out", "pushed out" }, { "won", "won" }, { "lost", "lost" } };
	char *text;
	size_t len, count = 0;
	FILE *out = mem_stream(&text, &len);

	for (size_t i = 0; i < sizeof said / sizeof *said; i++)
		if (measure_number(measure, said[i][0]) != 0) {
			char *amount = words_amount(fabs(measure_number(measure, said[i][0])),
			    measure_text(measure, "currency"));
			fprintf(out, "%s%s %s", count++ > 0 ? ", " : ": ", amount, said[i][1]);
			free(amount);
		}
	mem_stream_end(out, &text);
	return text;
}

static char *
sentence(const json_t *measure)
{
	char *from = measure_amount(measure, "begin"), *to = measure_amount(measure, "end");
	char *parts = parts_said(measure), *days = measure_days(measure);
	char *text =
	    mem_printf("Open pipeline went from %s to %s, %s%s.", from, to, days, parts);

	free(from);
	free(to);
	free(parts);
	free(days);
	return text;
}

/* Of the last two buckets; years stand between them and are none. */
void
movements_put(json_t *view, const json_t *all)
{
	static const char *const scopes[][2] = { { "all", "All open deals" },
		{ "expected", "Expected to close in the period" } };
	json_t *movements = json_array();
	const json_t *measure;
	size_t i;

	for (int scope = 0; scope < 2; scope++) {
		const json_t *two[2] = { NULL, NULL };
		json_array_foreach (all, i, measure)
			if (measure_is(measure, "metric", "pipeline_movement")
			    && measure_is(measure, "scope", scopes[scope][0])
			    && !measure_is(measure, "bucket", "year")) {
				two[0] = two[1];
				two[1] = measure;
			}
		if (two[1] != NULL && scope == 0)
			view_text(view, "sentence", sentence(two[1]));
		if (two[1] != NULL)
			pipeline_add(movements, movement(two, scopes[scope][1]));
	}
	if (json_array_size(movements) > 0)
		json_object_set_new(view, "movements", movements);
	else
		json_decref(movements);
}
