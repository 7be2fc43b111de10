#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "diag.h"
#include "dictionary.h"
#include "mem.h"
#include "merge.h"
#include "money.h"
#include "rec.h"
#include "when.h"

/* How a measure is called in a metric: its count, and its total. */
static const struct {
	const char *count, *total;
} measures[MEASURES] = {
	[WON] = { "won", "won_amount" },
	[LOST] = { "lost", "lost_amount" },
	[OPEN] = { "open", "open_amount" },
	[CYCLE] = { "cycle_count", "cycle_days" },
};

/* The slots of what a metric is read from. */
struct slots {
	size_t kind, version, clock, bucket, date, segment, currency;
	size_t count[MEASURES], total[MEASURES];
};

static struct slots
want_metric(struct rec_in *in)
{
	struct slots slots = { rec_want(in, "kind"), rec_want(in, "v"), rec_want(in, "clock"),
		rec_want(in, "bucket"), rec_want(in, "date"), rec_want(in, "segment"),
		rec_want(in, "currency"), { 0 }, { 0 } };

	for (int i = 0; i < MEASURES; i++) {
		slots.count[i] = rec_want(in, measures[i].count);
		slots.total[i] = rec_want(in, measures[i].total);
	}
	return slots;
}

__attribute__((format(printf, 2, 3))) static _Noreturn void
refuse(const struct rec *metric, const char *format, ...)
{
	char why[256];
	va_list args;

	va_start(args, format);
	vsnprintf(why, sizeof why, format, args);
	va_end(args);
	die(EX_DATAERR, "stdin:%zu: %s", metric->number, why);
}

static void
take_form(struct form *form, const struct rec *metric, const struct slots *slots)
{
	struct span currency = rec_text(metric, slots->currency);

	form->clock = clock_named(rec_text(metric, slots->clock));
	form->bucket = bucket_named(rec_text(metric, slots->bucket));
	form->currency = mem_copy(currency.at, currency.len);
	if (form->clock == NULL || form->bucket == NULL)
		refuse(metric, "clock or bucket: missing or unknown");
}

static void
check_form(struct form *form, const struct rec *metric, const struct slots *slots)
{
	struct span clock = rec_text(metric, slots->clock);
	struct span bucket = rec_text(metric, slots->bucket);

	if (!span_is(rec_text(metric, slots->kind), "metric")
	    || !span_is(rec_text(metric, slots->version), "1"))
		refuse(metric, "kind and v: must be \"metric\" and 1");
	if (!span_is(clock, form->clock->name) || !span_is(bucket, form->bucket->name))
		refuse(metric, "clock %.*s by %.*s: cannot be added to %s by %s",
		    (int)clock.len, clock.at, (int)bucket.len, bucket.at, form->clock->name,
		    form->bucket->name);
	form_currency(form, rec_text(metric, slots->currency), metric->number);
}

static int64_t
read_amount(const struct rec *metric, size_t slot, const char *name)
{
	int64_t amount;

	if (!money_read(rec_text(metric, slot), &amount))
		refuse(metric, "%s: missing, or not a plain number", name);
	return amount;
}

static int64_t
read_integer(const struct rec *metric, size_t slot, const char *name)
{
	int64_t value = read_amount(metric, slot, name);

	if (value % MONEY_ONE != 0)
		refuse(metric, "%s: not an integer", name);
	return value / MONEY_ONE;
}

static struct sums
read_sums(const struct rec *metric, const struct slots *slots)
{
	struct sums sums;

	for (int i = 0; i < MEASURES; i++) {
		int64_t count = read_integer(metric, slots->count[i], measures[i].count);
		if (count < 0 || count > UINT32_MAX)
			refuse(metric, "%s: not a number of deals", measures[i].count);
		sums.count[i] = (uint32_t)count;
		sums.total[i] = (i == CYCLE ? read_integer : read_amount)(
		    metric, slots->total[i], measures[i].total);
	}
	return sums;
}

/* Segments by the JSON they were written as: most are read once, and often met. */
struct known {
	struct dictionary *texts;
	uint32_t *numbers; /* by code */
	size_t room;
};

static uint32_t
read_segment(struct cube *cube, const struct rec *metric, struct span json)
{
	json_t *object = json_loadb(json.at, json.len, 0, NULL), *value;
	size_t dims[GROUP_DIMS], count = 0;
	struct span words[CUBE_DIMS];
	const char *name;

	if (object == NULL)
		die(EX_OSERR, "segment: out of memory");
	if (json_object_size(object) > GROUP_DIMS)
		refuse(metric, "segment: more than %d conditions", GROUP_DIMS);
	json_object_foreach (object, name, value) {
		if (json_string_length(value) == 0)
			refuse(metric, "segment: %s: must be a text", name);
		size_t dim = cube_dim(cube, name);
		if (dim == CUBE_DIMS)
			refuse(metric, "segment: %s: more than %d dimensions", name, CUBE_DIMS);
		words[dim] =
		    (struct span){ json_string_value(value), json_string_length(value) };
		dims[count++] = dim;
	}
	size_t grouping = cube_group(cube, dims, count);
	if (grouping == CUBE_GROUPS)
		refuse(metric, "segment: more than %d groupings", CUBE_GROUPS);
	uint32_t number = cube_segment(cube, grouping, words);
	json_decref(object);
	return number;
}

static uint32_t
number_of(struct known *known, struct cube *cube, const struct rec *metric, size_t slot)
{
	struct span json = rec_text(metric, slot);

	if (metric->fields[slot].type != REC_OBJECT)
		refuse(metric, "segment: must be an object");
	uint32_t before = dictionary_count(known->texts);
	uint32_t code = dictionary_code(known->texts, json);
	if (code < before)
		return known->numbers[code];
	if (code >= known->room) {
		known->room = code * 2;
		known->numbers = mem_grow(known->numbers, known->room, sizeof *known->numbers);
	}
	return known->numbers[code] = read_segment(cube, metric, json);
}

static int32_t
read_date(const struct rec *metric, struct span date)
{
	int32_t day;

	if (!when_day(date, &day))
		refuse(metric, "date: missing, or no such day");
	return day;
}

void
merge(struct cube *cube, struct form *form, struct rec_in *in, struct summary *sum)
{
	struct known known = { .texts = dictionary_new("segment", UINT32_MAX) };
	struct slots slots = want_metric(in);
	const struct rec *metric;

	for (; (metric = rec_next(in)) != NULL; sum->in++) {
		if (sum->in == 0)
			take_form(form, metric, &slots);
		check_form(form, metric, &slots);

		struct sums sums = read_sums(metric, &slots);
		cube_put(cube, read_date(metric, rec_text(metric, slots.date)),
		    number_of(&known, cube, metric, slots.segment), &sums);
	}
	sum->out = sum->in;
	dictionary_free(known.texts);
	free(known.numbers);
}
