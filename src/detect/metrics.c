#include <stdlib.h>

#include "diag.h"
#include "mem.h"
#include "metrics.h"
#include "names.h"
#include "rec.h"
#include "when.h"

struct slots {
	size_t clock, bucket, date, segment, won, lost, cycle_days, cycle_count;
};

struct reader {
	struct metrics *metrics;
	struct slots slots;
	const char *rep;
	struct names *texts; /* segments, as they are written */
	bool *counted; /* by text: may be an insight */
	bool mixed; /* days are in no order: aggregate has them in order */
	size_t texts_room, room;
};

static struct slots
want(struct rec_in *in)
{
	return (struct slots){
		.clock = rec_want(in, "clock"),
		.bucket = rec_want(in, "bucket"),
		.date = rec_want(in, "date"),
		.segment = rec_want(in, "segment"),
		.won = rec_want(in, "won"),
		.lost = rec_want(in, "lost"),
		.cycle_days = rec_want(in, "cycle_days"),
		.cycle_count = rec_want(in, "cycle_count"),
	};
}

static int64_t
count_of(const struct rec *rec, size_t slot)
{
	struct span text = rec_text(rec, slot);
	bool negative = text.len > 0 && text.at[0] == '-';
	int64_t count = 0;

	if (rec->fields[slot].type != REC_INTEGER)
		return 0;
	for (size_t i = negative; i < text.len; i++)
		count = count * 10 + (text.at[i] - '0');
	return negative ? -count : count;
}

/* A segment seen for the first time: one condition declares a dimension. */
static void
declare(struct reader *reader, const struct rec *rec, uint32_t series)
{
	struct metrics *metrics = reader->metrics;
	struct span text = rec_text(rec, reader->slots.segment);
	json_t *segment = json_loadb(text.at, text.len, 0, NULL), *value;
	const char *name;

	if (!json_is_object(segment))
		die(EX_DATAERR, "stdin:%zu: no segment", rec->number);
	if (series >= reader->texts_room) {
		reader->texts_room = reader->texts_room * 2 + 64;
		metrics->segments = mem_grow(
		    metrics->segments, reader->texts_room, sizeof metrics->segments[0]);
		reader->counted = mem_grow(reader->counted, reader->texts_room, sizeof(bool));
	}
	metrics->segments[series] = segment;
	metrics->series = series + 1;
	reader->counted[series] =
	    json_object_size(segment) <= 2 && json_object_get(segment, reader->rep) == NULL;
	json_object_foreach (segment, name, value) {
		if (!json_is_string(value))
			die(EX_DATAERR, "stdin:%zu: segment: %s must be text", rec->number,
			    name);
		if (json_object_size(segment) == 1)
			names_add(metrics->dimensions, span(name));
	}
}

static uint32_t
series_of(struct reader *reader, const struct rec *rec)
{
	uint32_t known = names_count(reader->texts);
	uint32_t series = names_add(reader->texts, rec_text(rec, reader->slots.segment));

	if (series == known)
		declare(reader, rec, series);
	return series;
}

static bool
is_of_the_clock(struct reader *reader, struct span clock)
{
	if (span_is(clock, "created") || clock.len >= sizeof reader->metrics->clock)
		return false;
	if (reader->metrics->clock[0] == '\0')
		memcpy(reader->metrics->clock, clock.at, clock.len);
	return span_is(clock, reader->metrics->clock);
}

static void
add(struct reader *reader, const struct rec *rec, uint32_t series)
{
	struct metrics *metrics = reader->metrics;
	const struct slots *slots = &reader->slots;
	struct metric metric = { .series = series };

	if (!when_day(rec_text(rec, slots->date), &metric.day))
		die(EX_DATAERR, "stdin:%zu: no date", rec->number);
	metric.won = count_of(rec, slots->won);
	metric.lost = count_of(rec, slots->lost);
	metric.cycle_days = count_of(rec, slots->cycle_days);
	metric.cycle_count = count_of(rec, slots->cycle_count);
	if (metrics->count == reader->room) {
		reader->room = reader->room * 2 + 1024;
		metrics->at = mem_grow(metrics->at, reader->room, sizeof metric);
	}
	reader->mixed |= metrics->count > 0 && metric.day < metrics->at[metrics->count - 1].day;
	metrics->at[metrics->count++] = metric;
}

static int
by_day(const void *a, const void *b)
{
	const struct metric *x = a, *y = b;

	return (x->day > y->day) - (x->day < y->day);
}

void
metrics_read(struct metrics *metrics, struct rec_in *in, const char *rep)
{
	struct reader reader = { .metrics = metrics, .slots = want(in), .rep = rep };
	const struct rec *rec;

	*metrics = (struct metrics){ .dimensions = names_new() };
	reader.texts = names_new();
	while ((rec = rec_next(in)) != NULL) {
		metrics->read++;
		uint32_t series = series_of(&reader, rec);
		if (!span_is(rec_text(rec, reader.slots.bucket), "day"))
			die(EX_DATAERR, "stdin:%zu: not a metric of one day", rec->number);
		if (is_of_the_clock(&reader, rec_text(rec, reader.slots.clock))
		    && reader.counted[series])
			add(&reader, rec, series);
	}
	if (reader.mixed)
		qsort(metrics->at, metrics->count, sizeof metrics->at[0], by_day);
	names_free(reader.texts);
	free(reader.counted);
}

void
metrics_release(struct metrics *metrics)
{
	for (size_t i = 0; i < metrics->series; i++)
		json_decref(metrics->segments[i]);
	free(metrics->segments);
	free(metrics->at);
	names_free(metrics->dimensions);
}
