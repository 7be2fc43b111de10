#include <stdlib.h>
#include <string.h>

#include "checked.h"
#include "diag.h"
#include "field.h"
#include "mem.h"
#include "rec.h"
#include "view.h"
#include "when.h"
#include "words.h"

struct slots {
	size_t kind, source, rule, field, date, level, reason;
};

/* The object of that name, made if it is not there. */
static json_t *
within(json_t *object, struct span name)
{
	char *key = mem_copy(name.at, name.len);
	json_t *found = json_object_get(object, key);

	if (found == NULL)
		json_object_set_new(object, key, found = json_object());
	free(key);
	return found;
}

/* By source, by night, by rule and field: what is not ok.  Of one key the last record counts. */
static void
put(json_t *sources, const struct rec *rec, const struct slots *slots)
{
	struct span level = rec_text(rec, slots->level), rule = rec_text(rec, slots->rule),
		    field = rec_text(rec, slots->field), reason = rec_text(rec, slots->reason);
	json_t *night =
	    within(within(sources, rec_text(rec, slots->source)), rec_text(rec, slots->date));
	char *key = mem_printf("%.*s %.*s", (int)rule.len, rule.at, (int)field.len, field.at);

	if (span_is(level, "ok"))
		json_object_del(night, key);
	else
		json_object_set_new(night, key,
		    json_pack("{s:s%, s:s%, s:s%, s:s%}", "level", level.at, level.len, "rule",
			rule.at, rule.len, "field", field.at, field.len, "reason", reason.at,
			reason.len));
	free(key);
}

static void
read_records(json_t *sources, const char *path)
{
	struct rec_in *in = rec_open(path);
	struct slots slots = { rec_want(in, "kind"), rec_want(in, "source"),
		rec_want(in, "rule"), rec_want(in, "field"), rec_want(in, "date"),
		rec_want(in, "level"), rec_want(in, "reason") };
	const struct rec *rec;

	while ((rec = rec_next(in)) != NULL) {
		if (!span_is(rec_text(rec, slots.kind), "quality")
		    || !when_day(rec_text(rec, slots.date), NULL))
			die(EX_DATAERR, "%s:%zu: no quality record", path, rec->number);
		put(sources, rec, &slots);
	}
	rec_close(in);
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The names of an object, in order; free() it. */
static const char **
names_of(const json_t *object, size_t *count)
{
	const char **names = mem_new(json_object_size(object) + 1, sizeof *names), *name;
	json_t *value;

	*count = 0;
	json_object_foreach ((json_t *)object, name, value)
		names[(*count)++] = name;
	qsort(names, *count, sizeof *names, by_name);
	return names;
}

static bool
is_error(const json_t *record)
{
	return strcmp(text_of(record, "level"), "error") == 0;
}

/* Of a night: errors and warnings. */
static void
count_levels(const json_t *night, long long *errors, long long *warnings)
{
	const char *key;
	json_t *record;

	*errors = *warnings = 0;
	json_object_foreach ((json_t *)night, key, record) {
		*errors += is_error(record);
		*warnings += !is_error(record);
	}
}

static char *
day_words(const char *date)
{
	int32_t day;

	when_day(span(date), &day);
	return words_day(day);
}

/* "2 errors, 1 warning" */
static char *
verdict_of(const json_t *night)
{
	long long errors, warnings;

	count_levels(night, &errors, &warnings);
	if (errors == 0 && warnings == 0)
		return mem_printf("nothing amiss");
	if (errors == 0)
		return words_count(warnings, "warning", "warnings");
	char *first = words_count(errors, "error", "errors");
	char *then = words_count(warnings, "warning", "warnings");
	char *said = warnings > 0 ? mem_printf("%s, %s", first, then) : mem_printf("%s", first);
	free(first);
	free(then);
	return said;
}

static json_t *
source_row(const char *name, const json_t *nights, const char **dates, size_t count)
{
	json_t *row = json_object();
	char marks[CHECKED_NIGHTS + 1] = "";
	size_t from = count > CHECKED_NIGHTS ? count - CHECKED_NIGHTS : 0, good = 0;
	long long errors, warnings;

	for (size_t i = from; i < count; i++) {
		count_levels(json_object_get(nights, dates[i]), &errors, &warnings);
		marks[i - from] = errors > 0 ? 'X' : warnings > 0 ? '!' : '.';
		good += errors + warnings == 0;
	}
	view_text(row, "source", mem_printf("%s", name));
	view_text(row, "night", day_words(dates[count - 1]));
	view_text(row, "verdict", verdict_of(json_object_get(nights, dates[count - 1])));
	view_text(row, "marks", mem_printf("%s", marks));
	view_text(row, "history", mem_printf("%zu of %zu", good, count - from));
	return row;
}

/* Since when it has been so on every night of the source. */
static json_t *
amiss_row(
    const char *source, const char *key, const json_t *nights, const char **dates, size_t count)
{
	const json_t *record = json_object_get(json_object_get(nights, dates[count - 1]), key);
	json_t *row = json_copy((json_t *)record);
	size_t first = count - 1;

	while (first > 0
	    && json_object_get(json_object_get(nights, dates[first - 1]), key) != NULL)
		first--;
	view_text(row, "source", mem_printf("%s", source));
	view_text(row, "level", mem_printf("%s", is_error(record) ? "error" : "warning"));
	view_text(row, "since", day_words(dates[first]));
	view_text(row, "nights", words_count((long long)(count - first), "night", "nights"));
	return row;
}

static void
put_source(json_t *rows, json_t *found[2], const char *source, const json_t *nights)
{
	size_t count;
	const char **dates = names_of(nights, &count), *key;
	json_t *record;

	if (count > 0) {
		json_array_append_new(rows, source_row(source, nights, dates, count));
		json_object_foreach (json_object_get(nights, dates[count - 1]), key, record)
			json_array_append_new(found[!is_error(record)],
			    amiss_row(source, key, nights, dates, count));
	}
	free(dates);
}

void
checked(json_t *view, const char *const *paths, size_t count)
{
	json_t *sources = json_object(), *rows = json_array(),
	       *found[2] = { json_array(), json_array() }; /* errors, warnings */

	for (size_t i = 0; i < count; i++)
		read_records(sources, paths[i]);
	const char **names = names_of(sources, &count);
	for (size_t i = 0; i < count; i++)
		put_source(rows, found, names[i], json_object_get(sources, names[i]));
	json_array_extend(found[0], found[1]);
	size_t amiss = json_array_size(found[0]);
	if (amiss > CHECKED_ROWS) {
		view_text(
		    view, "amiss_more", mem_printf("%zu more", amiss - (size_t)CHECKED_ROWS));
		while (json_array_size(found[0]) > CHECKED_ROWS)
			json_array_remove(found[0], CHECKED_ROWS);
	}
	if (amiss > 0)
		view_truth(view, "has_amiss");
	if (json_array_size(rows) > 0)
		view_truth(view, "has_sources");
	view_part(view, "amiss", found[0]);
	view_part(view, "sources", rows);
	json_decref(found[1]);
	json_decref(sources);
	free(names);
}
