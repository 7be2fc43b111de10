#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diag.h"
#include "mem.h"
#include "stats.h"
#include "trend.h"
#include "view.h"
#include "when.h"
#include "words.h"

enum {
	WIDTH = 880,
	HEIGHT = 250,
	LEFT = 44,
	RIGHT = 60,
	TOP = 14,
	BOTTOM = 26,
	WEEK = 7,
	THIN = 3
}; /* so many times fewer deals than a mean week has */

/* A week that has a rate, and where it stands. */
struct point {
	size_t back; /* weeks before the newest */
	int64_t won, n;
	double rate, x;
	struct interval range;
};

struct chart {
	struct point points[HISTORY_WEEKS];
	size_t count, weeks;
	double low, high; /* rates at the bottom and the top */
};

static double
y_of(const struct chart *chart, double rate)
{
	double inside = (rate - chart->low) / (chart->high - chart->low);

	return HEIGHT - BOTTOM - inside * (HEIGHT - BOTTOM - TOP);
}

static double
x_of(const struct chart *chart, size_t back)
{
	double step = (double)(WIDTH - LEFT - RIGHT) / (double)(chart->weeks - 1);

	return LEFT + step * (double)(chart->weeks - 1 - back);
}

static void
collect(struct chart *chart, const struct series *company)
{
	for (size_t i = 0; i < HISTORY_WEEKS; i++) {
		size_t back = HISTORY_WEEKS - 1 - i;
		const struct sums *week = &company->weeks[back];
		int64_t n = week->won + week->lost;
		if (n == 0)
			continue;
		chart->points[chart->count++] =
		    (struct point){ back, week->won, n, (double)week->won / (double)n, 0,
			    stats_wilson((double)week->won, (double)n, .95) };
	}
}

/* A history begins thinly: its first weeks hold few deals, and those that closed fast. */
static void
leave_out_the_thin(struct chart *chart)
{
	int64_t total = 0;
	size_t thin = 0;

	for (size_t i = 0; i < chart->count; i++)
		total += chart->points[i].n;
	while (
	    thin < chart->count && chart->points[thin].n * THIN * (int64_t)chart->count < total)
		thin++;
	chart->count -= thin;
	memmove(chart->points, chart->points + thin, chart->count * sizeof *chart->points);
	if (chart->count > 0)
		chart->weeks = chart->points[0].back + 1;
}

/* Tens of percent around all intervals. */
static void
scale(struct chart *chart)
{
	chart->low = 1;
	chart->high = 0;
	for (size_t i = 0; i < chart->count; i++) {
		struct point *point = &chart->points[i];
		point->x = x_of(chart, point->back);
		chart->low = fmin(chart->low, point->range.low);
		chart->high = fmax(chart->high, point->range.high);
	}
	chart->low = floor(chart->low * 10) / 10;
	chart->high = ceil(chart->high * 10) / 10;
}

static void
put_text(json_t *view, const char *name, FILE *out, char **text)
{
	mem_stream_end(out, text);
	view_text(view, name, *text);
}

static bool
follows(const struct chart *chart, size_t i)
{
	return i > 0 && chart->points[i - 1].back == chart->points[i].back + 1;
}

static void
put_line(json_t *view, const struct chart *chart)
{
	char *text;
	size_t len;
	FILE *out = mem_stream(&text, &len);

	for (size_t i = 0; i < chart->count; i++)
		fprintf(out, "%s%.1f %.1f", follows(chart, i) ? "L" : "M", chart->points[i].x,
		    y_of(chart, chart->points[i].rate));
	put_text(view, "line", out, &text);
}

/* Along the upper ends of a run of weeks, and back along the lower ones. */
static void
put_band(json_t *view, const struct chart *chart)
{
	char *text;
	size_t len, end;
	FILE *out = mem_stream(&text, &len);

	for (size_t start = 0; start < chart->count; start = end) {
		for (end = start + 1; end < chart->count && follows(chart, end);)
			end++;
		for (size_t i = start; i < end; i++)
			fprintf(out, "%s%.1f %.1f", i > start ? "L" : "M", chart->points[i].x,
			    y_of(chart, chart->points[i].range.high));
		for (size_t i = end; i > start; i--)
			fprintf(out, "L%.1f %.1f", chart->points[i - 1].x,
			    y_of(chart, chart->points[i - 1].range.low));
		fputs("Z", out);
	}
	put_text(view, "band", out, &text);
}

static void
append(json_t *list, json_t *value)
{
	if (json_array_append_new(list, value) != 0)
		die(EX_OSERR, "trend: out of memory");
}

static json_t *
place(const char *axis, double at, char *label)
{
	json_t *made = json_object();

	view_text(made, axis, mem_printf("%.1f", at));
	view_text(made, "label", label);
	return made;
}

/* In words, and raw for who draws it again. */
static void
put_numbers(json_t *made, const struct point *point)
{
	char *low = words_percent(point->range.low, 0),
	     *high = words_percent(point->range.high, 0);
	char *won = words_number(point->won), *n = words_number(point->n);
	json_t *raw = json_pack("{s:I, s:I, s:I, s:f, s:f, s:f}", "back",
	    (json_int_t)point->back, "won", (json_int_t)point->won, "n", (json_int_t)point->n,
	    "rate", point->rate, "low", point->range.low, "high", point->range.high);

	view_text(made, "range", mem_printf("%s–%s", low, high));
	view_text(made, "counts", mem_printf("%s of %s", won, n));
	view_part(made, "raw", raw);
	free(low);
	free(high);
	free(won);
	free(n);
}

static json_t *
dot(const struct chart *chart, const struct history *history, size_t i)
{
	const struct point *point = &chart->points[i];
	int32_t monday = history->company.newest - (int32_t)point->back * WEEK;
	char *week = words_days(monday, monday + WEEK - 1);
	char *percent = words_percent(point->rate, 0);
	json_t *made = place("x", point->x,
	    mem_printf("%s: %s, %jd of %jd won", week, percent, (intmax_t)point->won,
		(intmax_t)point->n));

	view_text(made, "y", mem_printf("%.1f", y_of(chart, point->rate)));
	view_text(made, "percent", percent);
	view_text(made, "days", week);
	put_numbers(made, point);
	return made;
}

static void
put_dots(json_t *view, const struct chart *chart, const struct history *history)
{
	json_t *dots = json_array();

	double low = 1, high = 0;

	for (size_t i = 0; i < chart->count; i++) {
		append(dots, dot(chart, history, i));
		low = fmin(low, chart->points[i].rate);
		high = fmax(high, chart->points[i].rate);
	}
	view_text(view, "lowest", words_percent(low, 0));
	view_text(view, "highest", words_percent(high, 0));
	json_object_set_new(view, "dots", dots);
	json_object_set_new(view, "last", dot(chart, history, chart->count - 1));
}

static void
put_ticks(json_t *view, const struct chart *chart)
{
	json_t *ticks = json_array();
	int from = (int)lround(chart->low * 10), to = (int)lround(chart->high * 10);

	for (int tenth = from; tenth <= to; tenth++)
		append(ticks,
		    place("y", y_of(chart, tenth / 10.0), mem_printf("%d%%", 10 * tenth)));
	json_object_set_new(view, "ticks", ticks);
}

/* A month's name stands at the first week that begins in it. */
static void
put_months(json_t *view, const struct chart *chart, const struct history *history)
{
	json_t *months = json_array();
	int32_t last = 0;

	for (size_t back = chart->weeks; back-- > 0;) {
		int32_t monday = history->company.newest - (int32_t)back * WEEK;
		int32_t month = when_month(monday);
		if (month != last && last != 0) {
			char *day = words_day(month), *name = day + 2;
			char year[WHEN_DAY_LEN];
			when_text(month, year);
			json_t *made = place("x", x_of(chart, back),
			    year[5] == '0' && year[6] == '1'
				? mem_printf("%.3s %.4s", name, year)
				: mem_printf("%.3s", name));
			view_part(made, "back", json_integer((json_int_t)back));
			append(months, made);
			free(day);
		}
		last = month;
	}
	json_object_set_new(view, "months", months);
}

static void
put_usual(json_t *view, const struct chart *chart, const struct history *history)
{
	struct sums all = history_sum(&history->company, 0, chart->weeks);
	double rate = (double)all.won / (double)(all.won + all.lost);
	json_t *usual = place("y", y_of(chart, rate), words_percent(rate, 0));

	view_part(usual, "rate", json_real(rate));
	json_object_set_new(view, "usual", usual);
}

static void
put_frame(json_t *view, const struct chart *chart, const struct history *history)
{
	int32_t first = history->company.newest - (int32_t)(chart->weeks - 1) * WEEK;
	json_t *frame = json_pack("{s:i, s:i, s:i, s:i, s:i, s:i, s:i, s:i, s:I}", "width",
	    WIDTH, "height", HEIGHT, "left", LEFT, "label_x", LEFT - 8, "right", WIDTH - RIGHT,
	    "top", TOP, "bottom", HEIGHT - BOTTOM, "month_y", HEIGHT - 6, "weeks",
	    (json_int_t)chart->weeks);

	if (frame == NULL || json_object_update(view, frame) != 0)
		die(EX_OSERR, "trend: out of memory");
	json_decref(frame);
	view_text(view, "days", words_days(first, history->through));
}

json_t *
trend(const struct history *history)
{
	struct chart chart = { .count = 0 };
	json_t *view = json_object();

	collect(&chart, &history->company);
	leave_out_the_thin(&chart);
	if (chart.count < 2) {
		json_decref(view);
		return NULL;
	}
	scale(&chart);
	put_frame(view, &chart, history);
	put_line(view, &chart);
	put_band(view, &chart);
	put_dots(view, &chart, history);
	put_ticks(view, &chart);
	put_months(view, &chart, history);
	put_usual(view, &chart, history);
	return view;
}
