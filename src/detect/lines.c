#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "diag.h"
#include "lines.h"
#include "mem.h"
#include "names.h"
#include "rec.h"
#include "segment.h"
#include "when.h"

const char *const bucket_names[BUCKETS] = { "day", "week", "month" };

/* What else tells records of one metric apart is a condition of its segment. */
static const char *const qualities[] = { "stage", "reason", "scope", "against", "currency" };
enum { QUALITIES = sizeof qualities / sizeof *qualities };

struct slots {
	size_t quality[QUALITIES];
	size_t metric, clock, bucket, date, segment, value, n, unit;
};

struct reader {
	const char *path;
	struct slots slots;
	struct names *keys;
};

static struct slots
want(struct rec_in *in)
{
	struct slots slots = {
		.metric = rec_want(in, "metric"),
		.clock = rec_want(in, "clock"),
		.bucket = rec_want(in, "bucket"),
		.date = rec_want(in, "date"),
		.segment = rec_want(in, "segment"),
		.value = rec_want(in, "value"),
		.n = rec_want(in, "n"),
		.unit = rec_want(in, "unit"),
	};

	for (size_t i = 0; i < QUALITIES; i++)
		slots.quality[i] = rec_want(in, qualities[i]);
	return slots;
}

static int32_t
month_after(int32_t day)
{
	return when_month(when_month(day) + 31);
}

int32_t
lines_bucket(enum bucket bucket, int32_t date)
{
	char text[WHEN_DAY_LEN];

	if (bucket == BUCKET_DAY)
		return date;
	if (bucket == BUCKET_WEEK) /* of Mondays: 1970-01-05 was one */
		return (when_week(date) - 4) / 7;
	when_text(date, text);
	int year = (text[0] - '0') * 1000 + (text[1] - '0') * 100 + (text[2] - '0') * 10
	    + text[3] - '0';
	return year * 12 + (text[5] - '0') * 10 + text[6] - '0';
}

static double
number_of(const struct reader *reader, const struct rec *rec, size_t slot, const char *name)
{
	char text[64];
	enum rec_type type = rec->fields[slot].type;
	struct span span = rec_text(rec, slot);

	if ((type != REC_INTEGER && type != REC_REAL) || span.len >= sizeof text)
		die(EX_DATAERR, "%s:%zu: %s: must be a number", reader->path, rec->number,
		    name);
	memcpy(text, span.at, span.len);
	text[span.len] = '\0';
	return strtod(text, NULL);
}

static enum bucket
bucket_of(const struct reader *reader, const struct rec *rec)
{
	for (size_t i = 0; i < BUCKETS; i++)
		if (span_is(rec_text(rec, reader->slots.bucket), bucket_names[i]))
			return (enum bucket)i;
	die(EX_DATAERR, "%s:%zu: bucket: must be day, week or month", reader->path,
	    rec->number);
}

/* Of a quarter or longer there is never history enough. */
static bool
is_too_long(struct span bucket)
{
	return span_is(bucket, "quarter") || span_is(bucket, "year")
	    || span_is(bucket, "target");
}

static char *
text_of(const struct rec *rec, size_t slot)
{
	struct span text = rec_text(rec, slot);

	return mem_copy(text.at, rec->fields[slot].type == REC_STRING ? text.len : 0);
}

static json_t *
segment_of(const struct reader *reader, const struct rec *rec)
{
	struct span text = rec_text(rec, reader->slots.segment);
	json_t *segment = json_loadb(text.at, text.len, 0, NULL), *value;
	const char *name;

	if (!json_is_object(segment))
		die(EX_DATAERR, "%s:%zu: no segment", reader->path, rec->number);
	json_object_foreach (segment, name, value)
		if (!json_is_string(value))
			die(EX_DATAERR, "%s:%zu: segment: %s must be text", reader->path,
			    rec->number, name);
	for (size_t i = 0; i < QUALITIES; i++) {
		struct span said = rec_text(rec, reader->slots.quality[i]);
		if (said.len > 0 && json_object_get(segment, qualities[i]) == NULL
		    && json_object_set_new(
			   segment, qualities[i], json_stringn(said.at, said.len))
			!= 0)
			die(EX_OSERR, "out of memory");
	}
	return segment;
}

/* The line of a record, which is what it says it is, however its segment is written. */
static uint32_t
line_of(struct lines *lines, struct reader *reader, const struct rec *rec)
{
	struct line line = { .bucket = bucket_of(reader, rec),
		.metric = text_of(rec, reader->slots.metric),
		.clock = text_of(rec, reader->slots.clock),
		.unit = text_of(rec, reader->slots.unit),
		.segment = segment_of(reader, rec) };

	if (*line.metric == '\0')
		die(EX_DATAERR, "%s:%zu: no metric", reader->path, rec->number);
	char *segment = segment_text(line.segment);
	line.key = mem_printf("%s\n%s\n%s\n%s\n%s", line.metric, line.clock, line.unit,
	    bucket_names[line.bucket], segment);
	free(segment);
	uint32_t known = names_count(reader->keys);
	uint32_t number = names_add(reader->keys, span(line.key));
	if (number < known) {
		free(line.key), free(line.metric), free(line.clock), free(line.unit);
		json_decref(line.segment);
		return number;
	}
	if (lines->count == lines->room) {
		lines->room = lines->room * 2 + 64;
		lines->at = mem_grow(lines->at, lines->room, sizeof lines->at[0]);
	}
	lines->at[lines->count++] = line;
	return number;
}

static int32_t
end_of(enum bucket bucket, int32_t date)
{
	return bucket == BUCKET_DAY ? date
	    : bucket == BUCKET_WEEK ? when_week(date) + 6
				    : month_after(date) - 1;
}

static void
add(struct lines *lines, struct reader *reader, const struct rec *rec)
{
	struct value value = { .line = line_of(lines, reader, rec) };
	enum bucket bucket = lines->at[value.line].bucket;
	bool has_n = rec->fields[reader->slots.n].type != REC_ABSENT;

	if (!when_day(rec_text(rec, reader->slots.date), &value.date))
		die(EX_DATAERR, "%s:%zu: no date", reader->path, rec->number);
	value.end = end_of(bucket, value.date);
	value.value = number_of(reader, rec, reader->slots.value, "value");
	value.n = has_n ? number_of(reader, rec, reader->slots.n, "n") : 0;
	if (has_n && !(value.n > 0)) /* of none there is no rate */
		return;
	if (lines->value_count == lines->value_room) {
		lines->value_room = lines->value_room * 2 + 1024;
		lines->values =
		    mem_grow(lines->values, lines->value_room, sizeof lines->values[0]);
	}
	lines->values[lines->value_count++] = value;
}

/* Numbers lines by their keys, so that the order of arrival is forgotten. */
static void
sort_lines(struct lines *lines, struct names *keys)
{
	uint32_t *now = mem_new(lines->count + 1, sizeof *now);
	struct line *sorted = mem_new(lines->count + 1, sizeof *sorted);

	names_sort(keys, now);
	for (size_t i = 0; i < lines->count; i++)
		sorted[now[i]] = lines->at[i];
	for (size_t i = 0; i < lines->value_count; i++)
		lines->values[i].line = now[lines->values[i].line];
	free(lines->at);
	free(now);
	lines->at = sorted;
}

static int
by_end(const void *a, const void *b)
{
	const struct value *x = a, *y = b;

	if (x->end != y->end)
		return x->end < y->end ? -1 : 1;
	return (x->line > y->line) - (x->line < y->line);
}

static void
check_once(const struct lines *lines, const char *path)
{
	for (size_t i = 1; i < lines->value_count; i++) {
		const struct value *value = &lines->values[i];
		char day[WHEN_DAY_LEN];
		if (by_end(value, value - 1) != 0)
			continue;
		when_text(value->date, day);
		die(EX_DATAERR, "%s: %s of the %s %.*s is there twice for one segment", path,
		    lines->at[value->line].metric, bucket_names[lines->at[value->line].bucket],
		    WHEN_DAY_LEN, day);
	}
}

void
lines_read(struct lines *lines, const char *path)
{
	struct rec_in *in = rec_open(path);
	struct reader reader = { .path = path, .slots = want(in), .keys = names_new() };
	const struct rec *rec;

	*lines = (struct lines){ .count = 0 };
	while ((rec = rec_next(in)) != NULL)
		if (rec->fields[reader.slots.value].type > REC_NULL
		    && !is_too_long(rec_text(rec, reader.slots.bucket)))
			add(lines, &reader, rec);
	rec_close(in);
	sort_lines(lines, reader.keys);
	names_free(reader.keys);
	if (lines->value_count > 1)
		qsort(lines->values, lines->value_count, sizeof lines->values[0], by_end);
	check_once(lines, path);
}

void
lines_release(struct lines *lines)
{
	for (size_t i = 0; i < lines->count; i++) {
		struct line *line = &lines->at[i];
		free(line->key), free(line->metric), free(line->clock), free(line->unit);
		json_decref(line->segment);
	}
	free(lines->at);
	free(lines->values);
}
