#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "diag.h"
#include "mem.h"
#include "movement.h"
#include "pipeline.h"
#include "rec.h"
#include "view.h"
#include "when.h"
#include "words.h"

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
		pipeline_add(all, measure);
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
		if (measure_is(measure, "metric", metric) && measure_is(measure, field, text)
		    && json_object_get(measure, "value") != NULL)
			found = measure;
	return found;
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
	    "%.1f to %.1f", measure_number(measure, "low"), measure_number(measure, "high"));
}

static void
put_coverage(json_t *view, const json_t *all)
{
	const json_t *target = last(all, "pipeline_coverage", "against", "target");
	const json_t *found =
	    target != NULL ? target : last(all, "pipeline_coverage", "against", "history");

	if (found == NULL)
		return;
	char *open = measure_amount(found, "open_amount");
	char *left = target != NULL ? measure_amount(found, "remaining") : NULL;
	char *text = target != NULL
	    ? mem_printf("%s open for %s still to be won", open, left)
	    : mem_printf("%s open, beside what a usual quarter brings", open);
	put_fact(view, "coverage", mem_printf("%.1f×", measure_number(found, "value")), text,
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
	char *open =
	    words_count(llround(measure_number(found, "open")), "open deal", "open deals");
	char *rate = words_percent(measure_number(found, "win_rate"), 0);
	char *deal = measure_amount(found, "average_deal");
	char *low = measure_amount(found, "low"), *high = measure_amount(found, "high");
	put_fact(view, "velocity", measure_amount(found, "value"),
	    mem_printf("a day: %s × %s × %s / %.0f days", open, rate, deal,
		measure_number(found, "won_cycle")),
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
		if (measure_is(measure, "metric", "slippage")
		    && json_object_get(measure, "value") != NULL)
			found = measure;
	if (found == NULL)
		return;
	char *days = measure_days(found), *low = words_percent(measure_number(found, "low"), 0),
	     *high = words_percent(measure_number(found, "high"), 0);
	put_fact(view, "slippage", words_percent(measure_number(found, "value"), 0),
	    mem_printf("%.0f of %.0f due were still open, %s", measure_number(found, "slipped"),
		measure_number(found, "n"), days),
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
		if (measure_is(measure, "metric", metric)
		    && measure_is(measure, "bucket", "year")
		    && measure_is(measure, "stage", stage)
		    && json_object_get(measure, "value") != NULL)
			return words_count(
			    llround(measure_number(measure, "value")), "day", "days");
	return NULL;
}

static void
put_stages(json_t *view, const json_t *all)
{
	json_t *stages = json_array();
	const json_t *measure;
	size_t i;

	json_array_foreach (all, i, measure) {
		const char *name = measure_text(measure, "stage");
		if (!measure_is(measure, "metric", "stage_conversion")
		    || !measure_is(measure, "bucket", "year"))
			continue;
		json_t *row = json_object();
		char *low = words_percent(measure_number(measure, "low"), 0),
		     *high = words_percent(measure_number(measure, "high"), 0);
		view_text(row, "name", mem_copy(name, strlen(name)));
		view_text(row, "entered", words_number(llround(measure_number(measure, "n"))));
		view_text(
		    row, "conversion", words_percent(measure_number(measure, "value"), 0));
		view_text(row, "range", mem_printf("%s to %s", low, high));
		view_text(row, "median", stage_days(all, "time_in_stage_median", name));
		view_text(row, "p90", stage_days(all, "time_in_stage_p90", name));
		pipeline_add(stages, row);
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
		const char *field = measure_text(measure, "lacks");
		if (*field == '\0')
			continue;
		char *metric = in_words(measure_text(measure, "metric"));
		if (row == NULL || !measure_is(row, "field", field)) {
			row = json_object();
			view_text(row, "field", mem_copy(field, strlen(field)));
			view_text(row, "metrics", metric);
			pipeline_add(lacks, row);
		} else {
			view_text(row, "metrics",
			    mem_printf("%s, %s", measure_text(row, "metrics"), metric));
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

	movements_put(view, all);
	put_coverage(view, all);
	put_slippage(view, all);
	put_velocity(view, all);
	put_stages(view, all);
	put_lacks(view, all);
	json_decref(all);
	return view;
}
