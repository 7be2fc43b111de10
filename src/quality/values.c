#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "aliases.h"
#include "map.h"
#include "mem.h"
#include "night.h"
#include "say.h"
#include "trail.h"

/*
 * Values of dimensions: those that no deal had before, and those that no deal has any more.  One
 * that was renamed is both, so both stand in one line.
 *
 * What is known is kept by open and decided deals apart, since a stage is of one of the two: after
 * a first load, which is nearly all decided, few of those come.  Nor does chance alone bring values
 * into a night of changes, so that one is gone is never more than a warning.
 */

enum { TOLD = 5 };
static const double forgotten = 0.01;

struct field {
	const char *name;
	size_t watched;
	json_t *now; /* tonight's values: how many deals, by group */
	json_t *known; /* by value {n, open, first, last, missed, gone} */
	double deals[GROUPS],
	    of[GROUPS]; /* that have it: tonight; before, the older the less */
	double unseen; /* deals tonight with a value that no deal had before */
	bool any; /* nights before */
};

/* A list of values, each said with something about it. */
struct list {
	FILE *to;
	char *text;
	size_t len, count;
	double now, deals; /* of all of them: tonight; in all, the older the less */
};

/* The stream remembers where the list is. */
static void
list_begin(struct list *list)
{
	*list = (struct list){ 0 };
	list->to = mem_stream(&list->text, &list->len);
}

static void
list_end(struct list *list)
{
	if (list->count > TOLD)
		fprintf(list->to, " and %zu more", list->count - TOLD);
	mem_stream_end(list->to, &list->text);
}

/* A spelling that the map knows. */
static bool
is_spelling(const struct night *night, const char *name, const char *value)
{
	for (size_t i = 0; night->map != NULL && i < night->map->count; i++) {
		const struct map_field *field = &night->map->fields[i];
		const json_t *spelling;
		size_t j;
		if (strcmp(field->name, name) != 0)
			continue;
		json_array_foreach (field->known, j, spelling)
			if (strcmp(json_string_value(spelling), value) == 0)
				return true;
	}
	return false;
}

/* Of both groups. */
static double
all(const double counts[GROUPS])
{
	return counts[OPEN] + counts[DECIDED];
}

static double
count_in(const json_t *object, const char *name)
{
	return json_number_value(json_object_get(object, name));
}

static void
read_now(const struct night *night, struct field *field)
{
	struct span value;
	uint64_t counts[GROUPS];

	field->now = json_object();
	for (size_t i = 0; value = profile_value(night->profile, field->watched, i, counts),
		    counts[OPEN] + counts[DECIDED] > 0;
	     i++) {
		char *text = mem_copy(value.at, value.len);
		json_object_set_new(field->now, text,
		    json_pack("[f, f]", (double)counts[OPEN], (double)counts[DECIDED]));
		for (size_t group = 0; group < GROUPS; group++)
			field->deals[group] += (double)counts[group];
		free(text);
	}
}

static void
read_counts(const json_t *now, const char *value, double counts[GROUPS])
{
	const json_t *list = json_object_get(now, value);

	for (size_t group = 0; group < GROUPS; group++)
		counts[group] = json_number_value(json_array_get(list, group));
}

static double
count_now(const struct field *field, const char *value)
{
	double counts[GROUPS];

	read_counts(field->now, value, counts);
	return all(counts);
}

/* Of n deals, kept as all of them and those that are open. */
static void
read_groups(const json_t *from, const char *total, const char *open, double counts[GROUPS])
{
	counts[OPEN] = count_in(from, open);
	counts[DECIDED] = count_in(from, total) - counts[OPEN];
}

static void
put_known(json_t *known, const double counts[GROUPS])
{
	json_object_set_new(known, "n", json_real(rounded(all(counts))));
	json_object_set_new(known, "open", json_real(rounded(counts[OPEN])));
}

/* One value that was known: it came again, or should have. */
static void
move_known(const struct night *night, struct field *field, const char *value, json_t *known)
{
	double counts[GROUPS], had[GROUPS], missed = count_in(known, "missed");

	read_counts(field->now, value, counts);
	read_groups(known, "n", "open", had);
	if (all(counts) > 0) {
		json_object_del(known, "missed");
		json_object_del(known, "gone");
		json_object_set_new(known, "last", day_json(night->day));
	} else if (all(field->of) > 0) {
		for (size_t group = 0; group < GROUPS; group++)
			if (field->of[group] > 0)
				missed += field->deals[group] * had[group] / field->of[group];
		json_object_set_new(known, "missed", json_real(rounded(missed)));
		if (missed >= trail_gone && day_of(known, "gone") == NO_DAY)
			json_object_set_new(known, "gone", day_json(night->day));
	}
	if (all(field->deals) > 0) {
		for (size_t group = 0; group < GROUPS; group++)
			counts[group] += had[group] * trail_kept;
		put_known(known, counts);
	}
}

/* It is no more asked for, or it was so rare that nobody would miss it. */
static bool
is_forgotten(const struct night *night, const json_t *known)
{
	int32_t gone = day_of(known, "gone");

	return gone != NO_DAY ? !night_is_recent(night, gone)
			      : count_in(known, "n") < forgotten;
}

/* One that no deal had on any night that is known of. */
static void
add_known(const struct night *night, struct field *field, const char *value)
{
	json_t *known = json_pack("{s:o}", "last", day_json(night->day));
	double counts[GROUPS];

	read_counts(field->now, value, counts);
	put_known(known, counts);
	if (field->any && !is_spelling(night, field->name, value)) {
		json_object_set_new(known, "first", day_json(night->day));
		field->unseen += all(counts);
	}
	json_object_set_new(field->known, value, known);
}

static void
move(const struct night *night, struct field *field)
{
	const char *value;
	json_t *known, *count;
	void *next;

	json_object_foreach_safe(field->known, next, value, known)
	{
		move_known(night, field, value, known);
		if (is_forgotten(night, known))
			json_object_del(field->known, value);
	}
	json_object_foreach (field->now, value, count)
		if (json_object_get(field->known, value) == NULL
		    && json_object_size(field->known) < VALUES_MOST)
			add_known(night, field, value);
	if (all(field->deals) > 0)
		for (size_t group = 0; group < GROUPS; group++)
			field->of[group] = field->of[group] * trail_kept + field->deals[group];
}

static void
list_new_value(struct list *list, const char *value, const json_t *known, double count)
{
	if (list->count++ < TOLD) {
		fputs(list->count > 1 ? ", " : "", list->to);
		say_text(list->to, value);
		fputs(count > 0 ? " (" : " (since ", list->to);
		if (count > 0)
			say_deals(list->to, (uint64_t)count);
		else
			say_day(list->to, day_of(known, "first"));
		fputc(')', list->to);
	}
	list->now += count;
	list->deals += count_in(known, "n");
}

static void
list_gone_value(struct list *list, const char *value, const json_t *known)
{
	int32_t last = day_of(known, "last");

	if (list->count++ < TOLD) {
		fputs(list->count > 1 ? ", " : "", list->to);
		say_text(list->to, value);
		if (last != NO_DAY) {
			fputs(" (last on ", list->to);
			say_day(list->to, last);
			fputc(')', list->to);
		}
	}
	list->deals += count_in(known, "n");
}

static void
say_field(
    struct verdict *verdict, const struct field *field, struct list *fresh, struct list *gone)
{
	size_t len;
	FILE *to = mem_stream(&verdict->reason, &len);

	list_end(fresh);
	list_end(gone);
	fprintf(to, "%s: ", field->name);
	if (fresh->count + gone->count == 0)
		fprintf(to, "%zu values, none new", json_object_size(field->now));
	if (fresh->count > 0)
		fprintf(to, "new %s", fresh->text);
	if (gone->count > 0)
		fprintf(to, "%sgone %s", fresh->count > 0 ? "; " : "", gone->text);
	if (fresh->count > 0 && gone->count > 0)
		fputs("; if it was renamed, aliases.json should say so", to);
	mem_stream_end(to, &verdict->reason);
	free(fresh->text);
	free(gone->text);
}

/* Past an error is only what no deal had before, and of enough deals. */
static void
judge_shares(const struct night *night, struct verdict *verdict, const struct field *field,
    const struct list *fresh, const struct list *gone)
{
	double deals = all(field->deals), of = all(field->of);
	double unseen = deals > 0 ? field->unseen / deals : 0;

	verdict->value = unseen;
	if (unseen > verdict->limits.error && deals >= (double)checks_few(night->checks))
		return;
	verdict->limits.error = NAN;
	if (deals > 0)
		verdict->value = fmax(verdict->value, fresh->now / deals);
	if (of > 0)
		verdict->value = fmax(verdict->value, fmax(fresh->deals, gone->deals) / of);
}

/* It was given a newer name, or is one. */
static bool
is_renamed(const struct night *night, const struct field *field, const char *value)
{
	size_t number = aliases_find(night->aliases, field->name);
	const char *other, *now;
	json_t *known;

	if (number == aliases_count(night->aliases))
		return false;
	if (aliases_now(night->aliases, number, span(value)) != NULL)
		return true;
	json_object_foreach (field->known, other, known) {
		now = aliases_now(night->aliases, number, span(other));
		if (now != NULL && strcmp(now, value) == 0)
			return true;
	}
	return false;
}

static void
tell(struct night *night, const struct field *field, const json_t *rule)
{
	struct list fresh, gone;
	struct verdict verdict = { .rule = "values",
		.field = field->name,
		.judged = true,
		.limits = limits_of(rule),
		.sample = json_array() };
	const char *value;
	json_t *known;

	list_begin(&fresh);
	list_begin(&gone);
	json_object_foreach (field->known, value, known) {
		bool is_gone = day_of(known, "gone") != NO_DAY;
		if (is_renamed(night, field, value))
			continue;
		if (is_gone)
			list_gone_value(&gone, value, known);
		else if (night_is_recent(night, day_of(known, "first")))
			list_new_value(&fresh, value, known, count_now(field, value));
		else
			continue;
		if (json_array_size(verdict.sample) < 2 * TOLD)
			json_array_append_new(verdict.sample, json_string(value));
	}
	judge_shares(night, &verdict, field, &fresh, &gone);
	say_field(&verdict, field, &fresh, &gone);
	verdict.state = json_pack("{s:f, s:f, s:O}", "of", rounded(all(field->of)), "of_open",
	    rounded(field->of[OPEN]), "known", field->known);
	night_tell(night, verdict);
}

static void
tell_various(struct night *night, const char *name)
{
	night_tell(night,
	    (struct verdict){ .rule = "values",
		.field = name,
		.value = NAN,
		.limits = { NAN, NAN },
		.reason = mem_printf(
		    "%s: more than %d values, too various to be watched", name, VALUES_MOST) });
}

void
judge_values(struct night *night, const json_t *rule)
{
	for (size_t i = 0; i < profile_watched(night->profile); i++) {
		const char *name = profile_watched_name(night->profile, i);
		const json_t *before = earlier_latest(night->earlier, "values", name), *known;
		if (json_object_get(before, "of_open") == NULL)
			before = NULL; /* of a version that did not tell the groups apart */
		known = json_object_get(before, "known");
		struct field field = { .name = name,
			.watched = i,
			.known = known != NULL ? json_deep_copy(known) : json_object(),
			.any = known != NULL };
		read_groups(before, "of", "of_open", field.of);
		read_now(night, &field);
		move(night, &field);
		if (profile_is_various(night->profile, i))
			tell_various(night, name);
		else if (json_object_size(field.known) > 0)
			tell(night, &field, rule);
		json_decref(field.now);
		json_decref(field.known);
	}
}
