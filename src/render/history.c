#include <stdlib.h>
#include <string.h>

#include "diag.h"
#include "history.h"
#include "mem.h"
#include "money.h"
#include "rec.h"
#include "when.h"

enum { COMPANY = -1, UNWANTED = -2, WEEK = 7 };

/* clang-format off */
enum { KIND, CLOCK, BUCKET, DATE, SEGMENT, WON, LOST, WON_AMOUNT, CYCLE_DAYS, CYCLE_COUNT,
	FIELDS };
/* clang-format on */
static const char *const fields[FIELDS] = { "kind", "clock", "bucket", "date", "segment", "won",
	"lost", "won_amount", "cycle_days", "cycle_count" };

struct reader {
	const char *path;
	struct history *history;
	size_t slots[FIELDS];
	json_t *known; /* the text of a segment, as it stands in the file: its number */
	char *clock;
};

static struct span
field(const struct reader *reader, const struct rec *metric, int which)
{
	return rec_text(metric, reader->slots[which]);
}

static int64_t
amount(const struct reader *reader, const struct rec *metric, int which)
{
	struct span text = field(reader, metric, which);
	int64_t value = 0;

	if (text.len > 0 && !money_read(text, &value))
		die(EX_DATAERR, "%s:%zu: %s: no number", reader->path, metric->number,
		    fields[which]);
	return value;
}

static int64_t
count(const struct reader *reader, const struct rec *metric, int which)
{
	return amount(reader, metric, which) / MONEY_ONE;
}

static bool
is_counted(struct reader *reader, const struct rec *metric)
{
	struct span clock = field(reader, metric, CLOCK);

	if (!span_is(field(reader, metric, KIND), "metric") || span_is(clock, "created")
	    || span_is(field(reader, metric, BUCKET), "month"))
		return false;
	if (reader->clock == NULL)
		reader->clock = mem_copy(clock.at, clock.len);
	return span_is(clock, reader->clock);
}

static json_int_t
add_segment(struct history *history, const char *dimension, const char *value)
{
	struct series *segment = mem_new(1, sizeof *segment);

	segment->dimension = mem_copy(dimension, strlen(dimension));
	segment->value = mem_copy(value, strlen(value));
	history->segments =
	    mem_grow(history->segments, history->count + 1, sizeof *history->segments);
	history->segments[history->count] = segment;
	return (json_int_t)history->count++;
}

static json_int_t
classify(struct history *history, const json_t *segment)
{
	void *only = json_object_iter((json_t *)segment);
	const char *dimension = only != NULL ? json_object_iter_key(only) : NULL;
	const char *value =
	    only != NULL ? json_string_value(json_object_iter_value(only)) : NULL;

	if (json_object_size(segment) == 0)
		return COMPANY;
	if (json_object_size(segment) > 1 || value == NULL)
		return UNWANTED;
	return add_segment(history, dimension, value);
}

/* The series a metric adds to, or NULL; the text of each segment is parsed once. */
static struct series *
series_of(struct reader *reader, const struct rec *metric)
{
	struct span text = field(reader, metric, SEGMENT);
	json_t *known = json_object_getn(reader->known, text.at, text.len);

	if (known == NULL) {
		json_t *segment = json_loadb(text.at, text.len, 0, NULL);
		if (!json_is_object(segment))
			die(EX_DATAERR, "%s:%zu: segment: no object", reader->path,
			    metric->number);
		known = json_integer(classify(reader->history, segment));
		json_object_setn_new(reader->known, text.at, text.len, known);
		json_decref(segment);
	}
	json_int_t number = json_integer_value(known);
	if (number == COMPANY)
		return &reader->history->company;
	return number == UNWANTED ? NULL : reader->history->segments[number];
}

/* The place of a week, counted back from the newest; a newer one moves the others on. */
static struct sums *
week_of(struct series *series, int32_t day)
{
	int32_t week = when_week(day);

	if (series->newest == 0)
		series->newest = week;
	if (week > series->newest) {
		size_t by = (size_t)(week - series->newest) / WEEK;
		size_t kept = by < HISTORY_WEEKS ? HISTORY_WEEKS - by : 0;
		memmove(series->weeks + HISTORY_WEEKS - kept, series->weeks,
		    kept * sizeof *series->weeks);
		memset(series->weeks, 0, (HISTORY_WEEKS - kept) * sizeof *series->weeks);
		series->newest = week;
	}
	size_t back = (size_t)(series->newest - week) / WEEK;
	return back < HISTORY_WEEKS ? &series->weeks[back] : NULL;
}

static void
add(struct reader *reader, const struct rec *metric, struct series *series)
{
	struct sums more = { .won = count(reader, metric, WON),
		.lost = count(reader, metric, LOST),
		.won_amount = amount(reader, metric, WON_AMOUNT),
		.cycle_days = count(reader, metric, CYCLE_DAYS),
		.cycle_count = count(reader, metric, CYCLE_COUNT) };
	int32_t day;

	if (!when_day(field(reader, metric, DATE), &day))
		die(EX_DATAERR, "%s:%zu: date: no day", reader->path, metric->number);
	if (day > reader->history->through)
		reader->history->through = day;
	struct sums *week = week_of(series, day);
	if (week == NULL)
		return;
	week->won += more.won;
	week->lost += more.lost;
	week->won_amount += more.won_amount;
	week->cycle_days += more.cycle_days;
	week->cycle_count += more.cycle_count;
}

/* So that week 0 is the same week in all. */
static void
align(struct history *history)
{
	week_of(&history->company, history->through);
	for (size_t i = 0; i < history->count; i++)
		week_of(history->segments[i], history->through);
}

struct history *
history_read(const char *path)
{
	struct history *history = mem_new(1, sizeof *history);
	struct reader reader = { .path = path, .history = history, .known = json_object() };
	struct rec_in *in = rec_open(path);
	const struct rec *metric;

	for (int i = 0; i < FIELDS; i++)
		reader.slots[i] = rec_want(in, fields[i]);
	while ((metric = rec_next(in)) != NULL) {
		struct series *series =
		    is_counted(&reader, metric) ? series_of(&reader, metric) : NULL;
		if (series != NULL)
			add(&reader, metric, series);
	}
	rec_close(in);
	align(history);
	json_decref(reader.known);
	free(reader.clock);
	return history;
}

void
history_free(struct history *history)
{
	for (size_t i = 0; i < history->count; i++) {
		free(history->segments[i]->dimension);
		free(history->segments[i]->value);
		free(history->segments[i]);
	}
	free(history->segments);
	free(history);
}

struct sums
history_sum(const struct series *series, size_t from, size_t to)
{
	struct sums sum = { 0 };

	for (size_t i = from; i < to && i < HISTORY_WEEKS; i++) {
		sum.won += series->weeks[i].won;
		sum.lost += series->weeks[i].lost;
		sum.won_amount += series->weeks[i].won_amount;
		sum.cycle_days += series->weeks[i].cycle_days;
		sum.cycle_count += series->weeks[i].cycle_count;
	}
	return sum;
}
