#include <stdlib.h>
#include <string.h>

#include "diag.h"
#include "earlier.h"
#include "field.h"
#include "mem.h"
#include "rec.h"
#include "when.h"

enum { SERIES = 2 };

/* The rules whose every night counts, and not the newest alone. */
static const char *const series_names[SERIES] = { "volume", "amount" };

struct series {
	struct night_before *nights;
	size_t count;
};

struct earlier {
	json_t *latest, *amiss; /* by rule, by field */
	struct series series[SERIES];
};

struct slots {
	size_t kind, source, rule, field, date, level, stopped;
};

static bool
is_series(const char *rule)
{
	for (size_t i = 0; i < SERIES; i++)
		if (strcmp(rule, series_names[i]) == 0)
			return true;
	return false;
}

/* However they are ordered. */
static void
add_night(struct earlier *earlier, const json_t *record, int32_t day)
{
	for (size_t i = 0; i < SERIES; i++) {
		struct series *series = &earlier->series[i];
		if (strcmp(text_of(record, "rule"), series_names[i]) != 0)
			continue;
		series->nights =
		    mem_grow(series->nights, series->count + 1, sizeof *series->nights);
		series->nights[series->count++] = (struct night_before){ day,
			json_number_value(json_object_get(record, "count")),
			json_number_value(json_object_get(record, "median")) };
	}
}

static bool
is_newer(const struct earlier *earlier, const struct rec *rec, const struct slots *slots,
    const char *rule, const char *field)
{
	const char *known = text_of(earlier_latest(earlier, rule, field), "date");

	return span_order(rec_text(rec, slots->date), span(known)) >= 0;
}

static void
put(json_t *rules, const char *rule, const char *field, json_t *record)
{
	json_t *fields = json_object_get(rules, rule);

	if (fields == NULL)
		json_object_set_new(rules, rule, fields = json_object());
	json_object_set(fields, field, record);
}

static void
keep(struct earlier *earlier, const struct rec *rec, const struct slots *slots, int32_t day,
    bool amiss, bool past)
{
	char *rule = mem_copy(rec_text(rec, slots->rule).at, rec_text(rec, slots->rule).len);
	char *field = mem_copy(rec_text(rec, slots->field).at, rec_text(rec, slots->field).len);

	if (amiss)
		put(earlier->amiss, rule, field, json_true());
	if (past && (is_series(rule) || is_newer(earlier, rec, slots, rule, field))) {
		json_t *record = rec_object(rec);
		add_night(earlier, record, day);
		if (is_newer(earlier, rec, slots, rule, field))
			put(earlier->latest, rule, field, record);
		json_decref(record);
	}
	free(rule);
	free(field);
}

static int
by_day(const void *a, const void *b)
{
	const struct night_before *one = a, *other = b;

	return (one->day > other->day) - (one->day < other->day);
}

static void
read_records(struct earlier *earlier, const char *path, const char *source, int32_t today,
    bool increment)
{
	struct rec_in *in = rec_open(path);
	struct slots slots = { rec_want(in, "kind"), rec_want(in, "source"),
		rec_want(in, "rule"), rec_want(in, "field"), rec_want(in, "date"),
		rec_want(in, "level"), rec_want(in, "stopped") };
	const struct rec *rec;
	int32_t day;

	while ((rec = rec_next(in)) != NULL) {
		if (!span_is(rec_text(rec, slots.kind), "quality")
		    || !when_day(rec_text(rec, slots.date), &day))
			die(EX_DATAERR, "%s:%zu: no quality record", path, rec->number);
		if (day <= today && span_is(rec_text(rec, slots.source), source))
			keep(earlier, rec, &slots, day,
			    day == today && !span_is(rec_text(rec, slots.level), "ok"),
			    (increment || day < today)
				&& rec->fields[slots.stopped].type != REC_TRUE);
	}
	rec_close(in);
}

struct earlier *
earlier_read(const char *path, const char *source, int32_t day, bool increment)
{
	struct earlier *earlier = mem_new(1, sizeof *earlier);

	earlier->latest = json_object();
	earlier->amiss = json_object();
	if (path != NULL)
		read_records(earlier, path, source, day, increment);
	for (size_t i = 0; i < SERIES; i++)
		if (earlier->series[i].count > 0)
			qsort(earlier->series[i].nights, earlier->series[i].count,
			    sizeof *earlier->series[i].nights, by_day);
	return earlier;
}

bool
earlier_any(const struct earlier *earlier)
{
	return json_object_size(earlier->latest) > 0;
}

const json_t *
earlier_latest(const struct earlier *earlier, const char *rule, const char *field)
{
	return json_object_get(earlier_fields(earlier, rule), field);
}

const json_t *
earlier_fields(const struct earlier *earlier, const char *rule)
{
	return json_object_get(earlier->latest, rule);
}

const json_t *
earlier_amiss(const struct earlier *earlier)
{
	return earlier->amiss;
}

size_t
earlier_nights(
    const struct earlier *earlier, const char *rule, const struct night_before **nights)
{
	for (size_t i = 0; i < SERIES; i++)
		if (strcmp(series_names[i], rule) == 0) {
			*nights = earlier->series[i].nights;
			return earlier->series[i].count;
		}
	return 0;
}

void
earlier_free(struct earlier *earlier)
{
	for (size_t i = 0; i < SERIES; i++)
		free(earlier->series[i].nights);
	json_decref(earlier->latest);
	json_decref(earlier->amiss);
	free(earlier);
}
