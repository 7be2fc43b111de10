#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "diag.h"
#include "mem.h"
#include "rec_out.h"
#include "segment.h"
#include "series.h"
#include "series_rules.h"
#include "stats.h"
#include "when.h"

enum { SHARED_BY = 10 }; /* series at least */

static const struct {
	const char *type, *metric; /* metric: what it is about if no rule says */
} kinds[SERIES_KINDS] = {
	[SERIES_ANOMALY] = { "metric_anomaly", NULL },
	[SERIES_STAGE] = { "stage_conversion", "stage_exit_conversion" },
};

/* Of our own measures that are no rates; others say it themselves. */
static const struct {
	const char *metric, *unit;
} units[] = { { "average_deal", "amount" }, { "won_amount", "amount" },
	{ "cycle_mean", "days" }, { "cycle_median", "days" }, { "cycle_p90", "days" },
	{ "push_count", "number" } };

static bool
is_named(const struct series_rules *rules, const char *own, const char *metric)
{
	const json_t *name;
	size_t i;

	if (rules->metrics == NULL)
		return own != NULL && strcmp(own, metric) == 0;
	json_array_foreach (rules->metrics, i, name)
		if (strcmp(json_string_value(name), metric) == 0)
			return true;
	return false;
}

/* Who names it has it; what nobody names is an anomaly's where that names none. */
static enum series_kind
kind_of(const struct series *series, const char *metric)
{
	for (size_t i = 0; i < SERIES_KINDS; i++)
		if (is_named(&series->rules[i], kinds[i].metric, metric))
			return series->rules[i].on ? (enum series_kind)i : SERIES_KINDS;
	const struct series_rules *rest = &series->rules[SERIES_ANOMALY];
	return rest->on && rest->metrics == NULL ? SERIES_ANOMALY : SERIES_KINDS;
}

void
series_make(struct series *series, const struct conf *conf, const char *path)
{
	*series = (struct series){ .next = 0 };
	series_rules_read(series->rules, conf);
	if (path != NULL)
		lines_read(&series->lines, path);
	series->at = mem_new(series->lines.count + 1, sizeof series->at[0]);
	for (size_t i = 0; i < series->lines.count; i++) {
		chart_make(&series->at[i].chart);
		series->at[i].kind = kind_of(series, series->lines.at[i].metric);
	}
}

static const struct chart_rules *
rules_of(const struct series *series, size_t line)
{
	return &series->rules[series->at[line].kind].chart[series->lines.at[line].bucket];
}

static size_t
count_tried(const struct series *series, enum series_kind kind)
{
	size_t tried = 0;

	for (size_t i = 0; i < series->lines.count; i++)
		if (series->at[i].kind == kind)
			tried += chart_is_ready(&series->at[i].chart, rules_of(series, i));
	return tried;
}

static double
threshold_of(const struct series_rules *rules, enum bucket bucket, size_t tried)
{
	static const double quarter[BUCKETS] = { 365.25 / 4, 365.25 / 28, 3 };
	double shared = (double)(tried > SHARED_BY ? tried : SHARED_BY);

	return chart_threshold(rules->alarms / quarter[bucket] / shared);
}

static bool
is_explained(const struct series *series, size_t line)
{
	const struct line *lines = series->lines.at;

	for (size_t i = 0; i < series->lines.count; i++)
		if (i != line && series->at[i].chart.sign == series->at[line].chart.sign
		    && !series->at[i].explained
		    && strcmp(lines[i].metric, lines[line].metric) == 0
		    && (segment_within(lines[i].segment, lines[line].segment)
			|| segment_within(lines[line].segment, lines[i].segment)))
			return true;
	return false;
}

static void
judge(struct series *series, const struct value *value, double threshold, size_t tried)
{
	struct series_chart *one = &series->at[value->line];
	enum bucket bucket = series->lines.at[value->line].bucket;
	int sign = one->chart.sign;

	if (value->n > 0 && value->n < series->rules[one->kind].min_n)
		return;
	chart_add(&one->chart, rules_of(series, value->line), lines_bucket(bucket, value->date),
	    value->value, value->n, threshold);
	one->last = value->end;
	one->threshold = one->chart.limit;
	one->tried = tried;
	if (one->chart.sign == 0 || sign != 0)
		return;
	one->opened = value->end;
	one->explained = is_explained(series, value->line);
}

/* All buckets that ended on one day are judged by what was known before it. */
static void
judge_day(struct series *series, size_t end)
{
	size_t tried[SERIES_KINDS];
	double threshold[SERIES_KINDS][BUCKETS];

	for (size_t kind = 0; kind < SERIES_KINDS; kind++) {
		tried[kind] = count_tried(series, (enum series_kind)kind);
		for (size_t i = 0; i < BUCKETS; i++)
			threshold[kind][i] =
			    threshold_of(&series->rules[kind], (enum bucket)i, tried[kind]);
	}
	for (; series->next < end; series->next++) {
		const struct value *value = &series->lines.values[series->next];
		enum series_kind kind = series->at[value->line].kind;
		enum bucket bucket = series->lines.at[value->line].bucket;
		if (kind != SERIES_KINDS)
			judge(series, value, threshold[kind][bucket], tried[kind]);
	}
}

void
series_day(struct series *series, int32_t today)
{
	const struct lines *lines = &series->lines;

	while (series->next < lines->value_count && lines->values[series->next].end <= today) {
		size_t end = series->next;
		while (end < lines->value_count
		    && lines->values[end].end == lines->values[series->next].end)
			end++;
		judge_day(series, end);
	}
}

static json_t *
rounded(double value)
{
	if (!isfinite(value) || value == 0)
		return json_real(0);
	double scale = pow(10, 3 - floor(log10(fabs(value))));

	return json_real(round(value * scale) / scale);
}

static json_t *
day(int32_t number)
{
	char text[WHEN_DAY_LEN];

	when_text(number, text);
	return json_stringn(text, WHEN_DAY_LEN);
}

static int32_t
start_of(const struct series *series, size_t line, int32_t bucket)
{
	for (size_t i = 0; i < series->lines.value_count; i++) {
		const struct value *value = &series->lines.values[i];
		if (value->line == line
		    && lines_bucket(series->lines.at[line].bucket, value->date) == bucket)
			return value->date;
	}
	return series->at[line].last;
}

/* A rate is within 0 and 1, and so is what is known of it. */
static struct interval
interval_of(const struct chart *chart, double middle, double half)
{
	struct interval interval = { middle - half, middle + half };

	if (chart->bounded) {
		interval.low = fmax(interval.low, 0);
		interval.high = fmin(interval.high, 1);
	}
	return interval;
}

static void
set(json_t *object, const char *name, json_t *value)
{
	if (json_object_set_new(object, name, value) != 0)
		die(EX_OSERR, "series: out of memory");
}

static void
set_change(json_t *object, const struct chart *chart, struct chart_change change)
{
	struct interval value = chart->bounded
	    ? stats_wilson(change.value * change.n, change.n, .95)
	    : interval_of(chart, change.value, change.value_half);
	struct interval usual = interval_of(chart, change.baseline, change.baseline_half);

	if (change.n > 0)
		set(object, "n", json_integer(llround(change.n)));
	set(object, "value", rounded(change.value));
	set(object, "value_low", rounded(value.low));
	set(object, "value_high", rounded(value.high));
	set(object, "baseline", rounded(change.baseline));
	set(object, "baseline_low", rounded(usual.low));
	set(object, "baseline_high", rounded(usual.high));
	if (chart->bounded)
		set(object, "effect", rounded(change.value - change.baseline));
	if (change.baseline != 0)
		set(object, "relative", rounded(change.value / change.baseline - 1));
}

static const char *
unit_of(const struct line *line, bool is_rate)
{
	for (size_t i = 0; *line->unit == '\0' && i < sizeof units / sizeof *units; i++)
		if (strcmp(units[i].metric, line->metric) == 0)
			return units[i].unit;
	return *line->unit != '\0' ? line->unit : is_rate ? "rate" : "number";
}

static void
set_identity(json_t *object, const struct series *series, size_t i, int32_t today)
{
	const struct series_chart *one = &series->at[i];
	const struct line *line = &series->lines.at[i];

	set(object, "kind", json_string("finding"));
	set(object, "v", json_integer(1));
	set(object, "type", json_string(kinds[one->kind].type));
	set(object, "date", day(today));
	set(object, "opened", day(one->opened));
	set(object, "segment", json_incref(line->segment));
	set(object, "direction", json_string(one->chart.sign < 0 ? "down" : "up"));
	set(object, "metric", json_string(line->metric));
	if (*line->clock != '\0')
		set(object, "clock", json_string(line->clock));
	set(object, "bucket", json_string(bucket_names[line->bucket]));
	set(object, "unit", json_string(unit_of(line, one->chart.bounded)));
}

static void
write_one(const struct series *series, size_t i, int32_t today, struct rec_out *out)
{
	const struct series_chart *one = &series->at[i];
	const struct chart *chart = &one->chart;
	json_t *object = json_object();
	int32_t from = start_of(series, i, chart->at[chart->began].bucket);

	set_identity(object, series, i, today);
	set(object, "from", day(from));
	set(object, "to", day(one->last));
	set(object, "days", json_integer(one->last - from + 1));
	set_change(object, chart, chart_change(chart, chart->began));
	set(object, "z", json_real(round(chart->z * 100) / 100));
	set(object, "threshold", json_real(round(one->threshold * 100) / 100));
	set(object, "tried", json_integer((json_int_t)one->tried));
	set(object, "history", json_integer((json_int_t)chart->began));
	rec_dump(out, object);
	json_decref(object);
}

/* An incident of which nothing has been heard for three buckets is nobody's news. */
static bool
is_told(const struct series *series, size_t i, int32_t today)
{
	static const int32_t silent[BUCKETS] = { 3, 21, 93 };
	const struct series_chart *one = &series->at[i];

	if (one->kind == SERIES_KINDS || one->chart.sign == 0 || one->explained
	    || today - one->last > silent[series->lines.at[i].bucket])
		return false;
	return one->chart.sign < 0 ? series->rules[one->kind].down
				   : series->rules[one->kind].up;
}

size_t
series_write(const struct series *series, int32_t today, bool opened, struct rec_out *out)
{
	size_t written = 0;

	for (size_t i = 0; i < series->lines.count; i++)
		if (is_told(series, i, today) && (!opened || series->at[i].opened == today)) {
			write_one(series, i, today, out);
			written++;
		}
	return written;
}

void
series_release(struct series *series)
{
	for (size_t i = 0; i < series->lines.count; i++)
		chart_release(&series->at[i].chart);
	free(series->at);
	lines_release(&series->lines);
}
