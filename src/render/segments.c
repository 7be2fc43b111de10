#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "diag.h"
#include "mem.h"
#include "segments.h"
#include "stats.h"
#include "view.h"
#include "words.h"

enum { WEEKS = 13, ROWS_MAX = 12, REPS_MAX = 40 }; /* of a dimension: those with most deals */

struct row {
	const struct series *series;
	struct sums sum;
	int64_t n;
};

static double
rate_of(const struct sums *sum)
{
	return (double)sum->won / (double)(sum->won + sum->lost);
}

/* "+3 points" beside the company, where the interval leaves the company's rate out. */
static void
put_gap(json_t *made, const struct row *row, double company)
{
	struct interval range = stats_wilson((double)row->sum.won, (double)row->n, .95);
	long gap = lround(100 * rate_of(&row->sum)) - lround(100 * company);

	view_text(made, "gap",
	    gap == 0 ? mem_copy("=", 1)
		     : mem_printf("%s%ld", gap < 0 ? "−" : "+", gap < 0 ? -gap : gap));
	if (range.low > company)
		view_truth(made, "up");
	if (range.high < company)
		view_truth(made, "down");
}

/* "37%–46%", and what it is made of. */
static void
put_range(json_t *made, const struct row *row)
{
	struct interval range = stats_wilson((double)row->sum.won, (double)row->n, .95);
	char *low = words_percent(range.low, 0), *high = words_percent(range.high, 0);

	view_text(made, "range", mem_printf("%s–%s", low, high));
	view_part(made, "id", json_string(row->series->value));
	view_part(made, "won", json_integer(row->sum.won));
	view_part(made, "n", json_integer(row->n));
	free(low);
	free(high);
}

static json_t *
shown(const struct row *row, double company_rate, const json_t *company)
{
	const json_t *names =
	    json_object_get(json_object_get(company, "display"), row->series->dimension);
	const char *name = json_string_value(json_object_get(names, row->series->value));
	char *won = words_number(row->sum.won), *n = words_number(row->n);
	json_t *made =
	    json_pack("{s:s, s:I, s:I}", "name", name != NULL ? name : row->series->value,
		"bar", (json_int_t)lround(100 * rate_of(&row->sum)), "company_bar",
		(json_int_t)lround(100 * company_rate));

	if (made == NULL)
		die(EX_OSERR, "segments: out of memory");
	put_range(made, row);
	view_text(made, "rate", words_percent(rate_of(&row->sum), 0));
	view_text(made, "counts", mem_printf("%s of %s", won, n));
	if (row->sum.cycle_count > 0)
		view_text(made, "cycle",
		    words_count(
			llround((double)row->sum.cycle_days / (double)row->sum.cycle_count),
			"day", "days"));
	put_gap(made, row, company_rate);
	free(won);
	free(n);
	return made;
}

static int
by_size(const void *a, const void *b)
{
	const struct row *one = a, *other = b;

	if (one->n != other->n)
		return one->n < other->n ? 1 : -1;
	return strcmp(one->series->value, other->series->value);
}

static int
by_rate(const void *a, const void *b)
{
	const struct row *one = a, *other = b;
	double difference = rate_of(&other->sum) - rate_of(&one->sum);

	if (difference != 0)
		return difference > 0 ? 1 : -1;
	return strcmp(one->series->value, other->series->value);
}

static json_t *
rows_of(const struct history *history, const char *dimension, size_t most, double company_rate,
    const json_t *company)
{
	struct row *rows = mem_new(history->count, sizeof *rows);
	json_t *list = json_array();
	size_t count = 0;

	for (size_t i = 0; i < history->count; i++) {
		const struct series *series = history->segments[i];
		struct sums sum = history_sum(series, 0, WEEKS);
		if (strcmp(series->dimension, dimension) == 0 && sum.won + sum.lost > 0)
			rows[count++] = (struct row){ series, sum, sum.won + sum.lost };
	}
	qsort(rows, count, sizeof *rows, by_size);
	count = count < most ? count : most;
	qsort(rows, count, sizeof *rows, by_rate);
	for (size_t i = 0; i < count; i++)
		if (json_array_append_new(list, shown(&rows[i], company_rate, company)) != 0)
			die(EX_OSERR, "segments: out of memory");
	free(rows);
	return list;
}

char *
segments_title(const char *dimension)
{
	char *title = mem_copy(dimension, strlen(dimension));

	for (char *p = title; *p != '\0'; p++)
		if (*p == '_')
			*p = ' ';
	if (*title >= 'a' && *title <= 'z')
		*title = (char)(*title - 'a' + 'A');
	return title;
}

static bool
is_first(const struct history *history, size_t i)
{
	for (size_t j = 0; j < i; j++)
		if (strcmp(history->segments[j]->dimension, history->segments[i]->dimension)
		    == 0)
			return false;
	return true;
}

json_t *
segments(const struct history *history, const json_t *company)
{
	struct sums all = history_sum(&history->company, 0, WEEKS);
	json_t *groups = json_array();

	for (size_t i = 0; i < history->count && all.won + all.lost > 0; i++) {
		const char *dimension = history->segments[i]->dimension;
		if (strcmp(dimension, HISTORY_REP) == 0 || !is_first(history, i))
			continue;
		json_t *rows = rows_of(history, dimension, ROWS_MAX, rate_of(&all), company);
		json_t *group = json_pack("{s:o}", "rows", rows);
		view_text(group, "dimension", segments_title(dimension));
		if (json_array_append_new(groups, group) != 0)
			die(EX_OSERR, "segments: out of memory");
	}
	return groups;
}

json_t *
segments_reps(const struct history *history, const json_t *company)
{
	struct sums all = history_sum(&history->company, 0, WEEKS);

	if (all.won + all.lost == 0)
		return json_array();
	return rows_of(history, HISTORY_REP, REPS_MAX, rate_of(&all), company);
}
