#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "blind.h"
#include "checked.h"
#include "diag.h"
#include "drivers.h"
#include "field.h"
#include "history.h"
#include "mem.h"
#include "money.h"
#include "pipeline.h"
#include "quality.h"
#include "rec.h"
#include "report.h"
#include "segments.h"
#include "stats.h"
#include "trend.h"
#include "view.h"
#include "when.h"
#include "words.h"

enum { USUAL_WEEKS = 12, DAY_OF_SUNDAY = 6, RANKS = 8, ALERTS_MOST = 200 };

static const char *
currency_of(const json_t *company)
{
	const char *currency = json_string_value(json_object_get(company, "currency"));

	return currency != NULL ? currency : "USD";
}

/* "40% to 50%" */
static char *
range_of(const struct sums *sum)
{
	struct interval range =
	    stats_wilson((double)sum->won, (double)(sum->won + sum->lost), .95);
	char *low = words_percent(range.low, 0), *high = words_percent(range.high, 0);
	char *text = mem_printf("%s to %s", low, high);

	free(low);
	free(high);
	return text;
}

/* The figures of some weeks; amounts and counts for one week of them. */
static json_t *
figures(const struct sums *sum, int weeks, const char *currency)
{
	json_t *made = json_object();
	int64_t decided = sum->won + sum->lost;
	if (decided == 0)
		return made;
	char *won = words_number(sum->won), *of = words_number(decided);
	view_text(made, "counts", mem_printf("%s of %s won", won, of));
	view_text(made, "rate", words_percent((double)sum->won / (double)decided, 0));
	view_text(made, "range", range_of(sum));
	view_part(made, "won", json_integer(sum->won));
	view_part(made, "n", json_integer(decided));
	view_text(made, "decided", words_number((decided + weeks / 2) / weeks));
	view_text(made, "won_amount",
	    words_amount((double)sum->won_amount / MONEY_ONE / weeks, currency));
	if (sum->cycle_count > 0)
		view_text(made, "cycle",
		    words_count(llround((double)sum->cycle_days / (double)sum->cycle_count),
			"day", "days"));
	free(won);
	free(of);
	return made;
}

/* One week beside those before it: what chance does is said to be that. */
static char *
verdict(const struct sums *now, const struct sums *usual)
{
	int64_t n = now->won + now->lost, before = usual->won + usual->lost;

	if (n == 0 || before == 0)
		return NULL;
	double rate = (double)usual->won / (double)before;
	struct interval range = stats_wilson((double)now->won, (double)n, .95);
	char *said = words_percent(rate, 0);
	char *text = rate >= range.low && rate <= range.high
	    ? mem_printf("in line with %s in the 12 weeks before", said)
	    : mem_printf("%s the %s of the 12 weeks before, though one week proves little",
		range.low > rate ? "above" : "below", said);
	free(said);
	return text;
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
	char day[WHEN_DAY_LEN];
	when_text(through, day);
	view_text(view, "through", mem_copy(day, sizeof day));
	view_text(view, "data_through_text", words_day(through));
}

static void
put_history(json_t *view, const json_t *company, const char *path)
{
	struct history *history = history_read(path);
	struct sums now = history_sum(&history->company, 0, 1),
		    usual = history_sum(&history->company, 1, 1 + USUAL_WEEKS);
	json_t *drawing = trend(history);

	if (history->through != 0) {
		put_week(view, history->through);
		json_object_set_new(view, "now", figures(&now, 1, currency_of(company)));
		json_object_set_new(
		    view, "usual", figures(&usual, USUAL_WEEKS, currency_of(company)));
		view_text(view, "verdict", verdict(&now, &usual));
		view_part(view, "reps", segments_reps(history, company));
		json_t *groups = segments(history, company);
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

/* What was told comes before what was held back, the worst first. */
static size_t
rank_of(const json_t *alert)
{
	const char *priority = text_of(alert, "priority");
	size_t rank = *priority == 'P' && priority[1] >= '1' && priority[1] <= '3'
	    ? (size_t)(priority[1] - '1')
	    : 3;

	return json_object_get(alert, "suppressed") != NULL ? RANKS / 2 + rank : rank;
}

/* Of each alert its newest word; one that was told is not held back as well. */
static json_t *
newest(const json_t *alerts)
{
	json_t *by_key = json_object(), *made = json_array(), *alert;
	const char *key;
	size_t i;

	json_array_foreach (alerts, i, alert) {
		const char *id = text_of(alert, "alert_id");
		char *name = *id != '\0' ? mem_printf("%s %s", id, text_of(alert, "type"))
					 : mem_printf("%zu", i);
		const json_t *known = json_object_get(by_key, name);
		bool held = json_object_get(alert, "suppressed") != NULL,
		     was_held = json_object_get(known, "suppressed") != NULL;
		if (known == NULL || (was_held && !held)
		    || (was_held == held
			&& strcmp(text_of(alert, "date"), text_of(known, "date")) >= 0))
			json_object_set(by_key, name, alert);
		free(name);
	}
	for (size_t rank = 0; rank < RANKS; rank++)
		json_object_foreach (by_key, key, alert)
			if (rank_of(alert) == rank && json_array_size(made) < ALERTS_MOST)
				json_array_append(made, alert);
	json_decref(by_key);
	return made;
}

/* What it is a report of, if not of the whole company. */
static void
put_segment(json_t *report, const char *text, const json_t *company)
{
	json_t *segment = json_loads(text, JSON_REJECT_DUPLICATES, NULL);

	if (!json_is_object(segment))
		die(EX_USAGE, "--segment %s: no JSON object", text);
	json_t *alert = json_pack("{s:o}", "segment", segment);
	json_t *words = words_alert(alert, company);
	json_object_set(report, "segment", segment);
	if (json_object_size(segment) > 0)
		json_object_set(report, "report_of", json_object_get(words, "segment_name"));
	json_decref(words);
	json_decref(alert);
}

/* Of the dimension a report is about there is only one value. */
static void
leave_out_own(json_t *groups, const json_t *segment)
{
	const char *dimension;
	json_t *value;

	json_object_foreach ((json_t *)segment, dimension, value) {
		char *title = segments_title(dimension);
		for (size_t i = json_array_size(groups); i-- > 0;)
			if (strcmp(text_of(json_array_get(groups, i), "dimension"), title) == 0)
				json_array_remove(groups, i);
		free(title);
	}
}

static void
put_quality(json_t *report, const struct report_sources *sources)
{
	json_t *view = NULL;

	if (sources->reject_files > 0)
		view = quality((const char *const *)sources->rejects, sources->reject_files);
	if (sources->checked_files > 0) {
		if (view == NULL)
			view = json_object();
		checked(view, (const char *const *)sources->checked, sources->checked_files);
	}
	view_part(report, "quality", view);
}

json_t *
report_make(const json_t *alerts, const struct report_sources *sources, const json_t *company)
{
	json_t *report = json_pack("{s:s, s:i, s:{}}", "kind", "report", "v", 1, "segment");

	if (report == NULL)
		die(EX_OSERR, "report: out of memory");
	if (sources->segment != NULL)
		put_segment(report, sources->segment, company);
	if (sources->metrics != NULL)
		put_history(report, company, sources->metrics);
	if (sources->population != NULL)
		put_population(report, sources->population);
	if (sources->measures != NULL)
		view_part(
		    report, "pipeline", pipeline(sources->measures, currency_of(company)));
	if (sources->drivers != NULL)
		view_part(report, "drivers", drivers(sources->drivers, company));
	leave_out_own(json_object_get(report, "segments"), json_object_get(report, "segment"));
	leave_out_own(json_object_get(json_object_get(report, "drivers"), "dimensions"),
	    json_object_get(report, "segment"));
	if (sources->ledger != NULL)
		view_part(report, "blind", blind(sources->ledger, sources->deals, company));
	put_quality(report, sources);
	view_part(report, "alerts", newest(alerts));
	return report;
}

json_t *
report_read(const char *path)
{
	struct rec_in *in = rec_open(path);
	const struct rec *line = rec_next(in);
	json_t *report = line != NULL ? rec_object(line) : NULL;

	if (report == NULL || strcmp(text_of(report, "kind"), "report") != 0)
		die(EX_DATAERR, "%s: no report", path);
	if (rec_next(in) != NULL)
		die(EX_DATAERR, "%s:2: more than one report", path);
	rec_close(in);
	return report;
}
