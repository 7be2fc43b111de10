#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "blind.h"
#include "diag.h"
#include "history.h"
#include "mem.h"
#include "money.h"
#include "page.h"
#include "pipeline.h"
#include "quality.h"
#include "rec.h"
#include "segments.h"
#include "trend.h"
#include "view.h"
#include "when.h"
#include "words.h"

enum { USUAL_WEEKS = 12, DAY_OF_SUNDAY = 6 };

static const char *
currency_of(const struct press *press)
{
	const char *currency = json_string_value(json_object_get(press->company, "currency"));

	return currency != NULL ? currency : "USD";
}

/* The figures of some weeks; amounts and counts for one week of them. */
static json_t *
figures(const struct sums *sum, int weeks, const struct press *press)
{
	json_t *made = json_object();
	int64_t decided = sum->won + sum->lost;
	if (decided == 0)
		return made;
	char *won = words_number(sum->won), *of = words_number(decided);
	view_text(made, "counts", mem_printf("%s of %s won", won, of));
	view_text(made, "rate", words_percent((double)sum->won / (double)decided, 0));
	view_text(made, "decided", words_number((decided + weeks / 2) / weeks));
	view_text(made, "won_amount",
	    words_amount((double)sum->won_amount / MONEY_ONE / weeks, currency_of(press)));
	if (sum->cycle_count > 0)
		view_text(made, "cycle",
		    words_count(llround((double)sum->cycle_days / (double)sum->cycle_count),
			"day", "days"));
	free(won);
	free(of);
	return made;
}

static void
put_week(json_t *view, int32_t through)
{
	json_t *week = json_object();
	int32_t monday = when_week(through);

	view_text(week, "number", mem_printf("%d", words_week(through)));
	view_text(week, "days", words_days(monday, monday + DAY_OF_SUNDAY));
	if (through < monday + DAY_OF_SUNDAY)
		view_truth(week, "unfinished");
	json_object_set_new(view, "week", week);
	view_text(view, "data_through_text", words_day(through));
}

static void
put_history(json_t *view, const struct press *press, const char *path)
{
	struct history *history = history_read(path);
	struct sums now = history_sum(&history->company, 0, 1),
		    usual = history_sum(&history->company, 1, 1 + USUAL_WEEKS);
	json_t *drawing = trend(history);

	if (history->through != 0) {
		put_week(view, history->through);
		json_object_set_new(view, "now", figures(&now, 1, press));
		json_object_set_new(view, "usual", figures(&usual, USUAL_WEEKS, press));
		json_t *groups = segments(history, press->company);
		json_object_set_new(view, "segments", groups);
		if (json_array_size(groups) > 0)
			view_truth(view, "has_segments");
	}
	if (drawing != NULL)
		json_object_set_new(view, "trend", drawing);
	history_free(history);
}

/* "12 renewals, 3 tests", of the summary's rows that left something out; NULL: none did. */
static char *
left_out_text(const json_t *counts)
{
	char *text;
	size_t len, said = 0;
	const char *name;
	json_t *count;
	FILE *to = mem_stream(&text, &len);

	json_object_foreach ((json_t *)counts, name, count)
		if (json_integer_value(count) > 0) {
			char *number = words_number(json_integer_value(count));
			fprintf(to, "%s%s %s", said++ > 0 ? ", " : "", number, name);
			free(number);
		}
	mem_stream_end(to, &text);
	if (said > 0)
		return text;
	free(text);
	return NULL;
}

static void
put_population(json_t *view, const char *path)
{
	struct rec_in *in = rec_open(path);
	const struct rec *summary;

	while ((summary = rec_next(in)) != NULL) {
		json_t *record = rec_object(summary);
		view_text(view, "left_out", left_out_text(json_object_get(record, "left_out")));
		json_decref(record);
	}
	rec_close(in);
}

char *
page(const struct press *press, json_t *view, const struct page_sources *sources)
{
	char *path = mem_printf("%s/html/page.mustache", press->dir);
	struct template *template = template_load(path);

	if (sources->metrics != NULL)
		put_history(view, press, sources->metrics);
	if (sources->population != NULL)
		put_population(view, sources->population);
	if (sources->measures != NULL)
		json_object_set_new(
		    view, "pipeline", pipeline(sources->measures, currency_of(press)));
	if (sources->ledger != NULL)
		json_object_set_new(
		    view, "blind", blind(sources->ledger, sources->deals, press->company));
	if (sources->reject_files > 0)
		json_object_set_new(view, "quality",
		    quality((const char *const *)sources->rejects, sources->reject_files));
	char *html = press_print(template, TEMPLATE_HTML, view, "stdin");
	template_free(template);
	free(path);
	return html;
}
