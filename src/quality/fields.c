#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "map.h"
#include "mem.h"
#include "night.h"
#include "say.h"
#include "trail.h"

/*
 * Fields: how full each is, which are new or gone, which hold another type.
 */

/* A kind that so many had is no news; a fall that is so many times its noise is no chance. */
static const double usual_kind = 0.01, fall_noise = 4, forgotten = 0.01;

struct subject {
	const char *name;
	const struct column *column; /* NULL: no deal of this night has it */
	struct trail trail;
	bool known; /* from earlier nights */
	double filled, expected;
};

/* What fetch adds, and what the map names, is no news whenever it first comes. */
static bool
is_ours(const struct night *night, const char *name)
{
	static const char *const added[] = { "source", "line", "offset", "repaired", NULL };

	for (size_t i = 0; added[i] != NULL; i++)
		if (strcmp(added[i], name) == 0)
			return true;
	for (size_t i = 0; night->map != NULL && i < night->map->count; i++)
		if (strcmp(night->map->fields[i].name, name) == 0)
			return true;
	return false;
}

static json_t *
first_deal(const struct column *column, enum kind kind)
{
	for (size_t group = 0; group < GROUPS; group++)
		for (enum rec_type type = REC_ABSENT; type <= REC_OBJECT; type++)
			if (kind_of(type) == kind && column->first[group][type] != NULL
			    && *column->first[group][type] != '\0')
				return json_pack("[s]", column->first[group][type]);
	return NULL;
}

static json_t *
first_filled(const struct column *column)
{
	json_t *first = NULL;

	for (enum kind kind = 0; kind < KINDS && first == NULL; kind++)
		first = first_deal(column, kind);
	return first;
}

static const json_t *
rule_for(const struct night *night, const char *name, const struct subject *subject)
{
	const json_t *rule = checks_rule(night->checks, name);

	return rule != NULL && !lists(rule, "ignore", span(subject->name)) ? rule : NULL;
}

static void
tell_new(struct night *night, const struct subject *subject)
{
	const json_t *rule = rule_for(night, "field_new", subject);
	double deals = (double)profile_deals(night->profile, GROUPS);
	size_t len;

	if (rule == NULL || !night_is_recent(night, subject->trail.first)
	    || is_ours(night, subject->name) || subject->filled <= 0)
		return;
	struct verdict verdict = { .rule = "field_new",
		.field = subject->name,
		.value = subject->filled / deals,
		.limits = limits_of(rule),
		.judged = true,
		.sample = first_filled(subject->column) };
	FILE *to = mem_stream(&verdict.reason, &len);
	fprintf(to, "%s is new, since ", subject->name);
	say_day(to, subject->trail.first);
	fputs(": in ", to);
	say_count(to, (uint64_t)subject->filled);
	fputs(" of ", to);
	say_deals(to, (uint64_t)deals);
	mem_stream_end(to, &verdict.reason);
	night_tell(night, verdict);
}

static void
tell_gone(struct night *night, const struct subject *subject)
{
	const json_t *rule = rule_for(night, "field_gone", subject);
	bool gone = subject->trail.gone != NO_DAY;
	double fall = subject->expected - subject->filled;
	size_t len;

	if (rule == NULL || subject->expected <= 0
	    || (!gone
		&& (subject->filled <= 0
		    || fall < fall_noise * sqrt(fmax(subject->expected, 1)))))
		return;
	struct verdict verdict = { .rule = "field_gone",
		.field = subject->name,
		.value = subject->filled / subject->expected,
		.limits = limits_of(rule),
		.falls = true,
		.judged = true,
		.sample = subject->column != NULL ? first_deal(subject->column, KINDS) : NULL };
	FILE *to = mem_stream(&verdict.reason, &len);
	fprintf(to, "%s is %s: in ", subject->name, gone ? "gone" : "there less often");
	say_count(to, (uint64_t)subject->filled);
	fputs(" of ", to);
	say_deals(to, profile_deals(night->profile, GROUPS));
	fputs(", ", to);
	say_count(to, (uint64_t)llround(subject->expected));
	fputs(" were to be expected", to);
	if (gone && subject->trail.last != NO_DAY) {
		fputs("; the last came on ", to);
		say_day(to, subject->trail.last);
	}
	mem_stream_end(to, &verdict.reason);
	night_tell(night, verdict);
}

/* What share of the field's values is of kinds that it hardly had; *kind: most of those. */
static double
odd_share(const struct subject *subject, enum kind *kind, enum kind *usual)
{
	double before = 0, now = 0, odd = 0;

	*kind = *usual = 0;
	for (enum kind i = 0; i < KINDS; i++) {
		before += subject->trail.kinds[i];
		now += kind_count(subject->column, i);
		if (subject->trail.kinds[i] > subject->trail.kinds[*usual])
			*usual = i;
	}
	*kind = *usual;
	for (enum kind i = 0; i < KINDS; i++) {
		double count = kind_count(subject->column, i);
		if (count <= 0 || subject->trail.kinds[i] >= usual_kind * before)
			continue;
		odd += count;
		if (*kind == *usual || count > kind_count(subject->column, *kind))
			*kind = i;
	}
	return before > 0 && now > 0 ? odd / now : 0;
}

/* Gives whether tonight's types may become the usual ones: not while they are told of. */
static bool
tell_type(struct night *night, struct subject *subject)
{
	const json_t *rule = rule_for(night, "field_type", subject);
	enum kind kind, usual;
	double odd = odd_share(subject, &kind, &usual);
	size_t len;

	if (odd <= 0) {
		if (subject->filled > 0)
			subject->trail.odd = NO_DAY;
		return true;
	}
	if (subject->trail.odd == NO_DAY)
		subject->trail.odd = night->day;
	if (rule == NULL || !night_is_recent(night, subject->trail.odd)) {
		subject->trail.odd = NO_DAY;
		return true;
	}
	struct verdict verdict = { .rule = "field_type",
		.field = subject->name,
		.value = odd,
		.limits = limits_of(rule),
		.judged = subject->filled >= (double)checks_few(night->checks),
		.sample = first_deal(subject->column, kind) };
	FILE *to = mem_stream(&verdict.reason, &len);
	fprintf(to, "%s holds another type: %s in ", subject->name, kind_name(kind));
	say_count(to, (uint64_t)kind_count(subject->column, kind));
	fputs(" of ", to);
	say_deals(to, (uint64_t)subject->filled);
	fprintf(to, ", before it was %s", kind_name(usual));
	mem_stream_end(to, &verdict.reason);
	night_tell(night, verdict);
	return false;
}

/* When it was first and last there, and since when it is gone. */
static void
follow(struct night *night, struct subject *subject)
{
	struct trail *trail = &subject->trail;

	if (subject->filled > 0) {
		if (trail->last == NO_DAY && earlier_any(night->earlier))
			trail->first = night->day;
		trail->last = night->day;
		trail->gone = NO_DAY;
		trail->missed = 0;
		return;
	}
	trail->missed += subject->expected;
	if (trail->gone == NO_DAY && trail->missed >= trail_gone)
		trail->gone = night->day;
	if (trail->gone != NO_DAY && !night_is_recent(night, trail->gone)) {
		trail->gone = NO_DAY;
		trail->missed = trail->filled[OPEN] = trail->filled[DECIDED] = 0;
	}
}

static void
tell_profile(struct night *night, const struct subject *subject)
{
	uint64_t deals = profile_deals(night->profile, GROUPS);
	struct verdict verdict = { .rule = "profile",
		.field = subject->name,
		.value = deals > 0 ? subject->filled / (double)deals : NAN,
		.limits = { NAN, NAN },
		.state = trail_state(&subject->trail) };
	size_t len;
	FILE *to = mem_stream(&verdict.reason, &len);

	fprintf(to, "%s is there in ", subject->name);
	say_count(to, (uint64_t)subject->filled);
	fputs(" of ", to);
	say_deals(to, deals);
	mem_stream_end(to, &verdict.reason);
	night_tell(night, verdict);
}

static void
judge_field(struct night *night, const char *name, const struct column *column)
{
	const json_t *before = earlier_latest(night->earlier, "profile", name);
	struct subject subject = { .name = name,
		.column = column,
		.trail = trail_read(before),
		.known = before != NULL,
		.filled = column != NULL ? (double)column_filled(column, GROUPS) : 0 };

	if (subject.filled <= 0 && !subject.known)
		return; /* it was asked for, and nobody has it */
	subject.expected = trail_expected(&subject.trail, night->profile);
	follow(night, &subject);
	tell_new(night, &subject);
	tell_gone(night, &subject);
	trail_move(&subject.trail, column, night->profile, tell_type(night, &subject));
	if (subject.filled > 0 || subject.trail.gone != NO_DAY
	    || subject.trail.filled[OPEN] + subject.trail.filled[DECIDED] > forgotten)
		tell_profile(night, &subject);
}

void
judge_fields(struct night *night)
{
	const json_t *before = earlier_fields(night->earlier, "profile");
	const char *name;
	json_t *record;

	for (size_t i = 0; i < profile_columns(night->profile); i++) {
		struct span field = profile_name(night->profile, i);
		char *text = mem_copy(field.at, field.len);
		judge_field(night, text, profile_column(night->profile, i));
		free(text);
	}
	json_object_foreach ((json_t *)before, name, record)
		if (profile_find(night->profile, name) == NULL)
			judge_field(night, name, NULL);
}

/* Of which deals a field is asked: GROUPS for all. */
static size_t
group_asked(const json_t *field)
{
	const char *when = json_string_value(json_object_get(field, "when"));

	if (when == NULL || strcmp(when, "always") == 0)
		return GROUPS;
	return strcmp(when, "open") == 0 ? OPEN : DECIDED;
}

static json_t *
first_without(const struct column *column, size_t asked)
{
	for (size_t group = 0; column != NULL && group < GROUPS; group++)
		for (enum rec_type type = REC_ABSENT; type <= REC_NULL; type++)
			if ((asked == GROUPS || asked == group)
			    && column->first[group][type] != NULL)
				return json_pack("[s]", column->first[group][type]);
	return NULL;
}

void
judge_completeness(struct night *night, const json_t *rule)
{
	static const char *const kinds[] = { "open deals", "decided deals", "deals" };
	const char *name;
	json_t *field;
	size_t len;

	json_object_foreach (json_object_get(rule, "fields"), name, field) {
		size_t group = group_asked(field);
		const struct column *column = profile_find(night->profile, name);
		uint64_t deals = profile_deals(night->profile, group),
			 filled = column != NULL ? column_filled(column, group) : 0;
		if (!json_is_object(field))
			continue;
		struct verdict verdict = { .rule = "completeness",
			.field = name,
			.value = deals > 0 ? (double)filled / (double)deals : NAN,
			.limits = limits_of(field),
			.falls = true,
			.judged = deals >= checks_few(night->checks),
			.sample = first_without(column, group) };
		FILE *to = mem_stream(&verdict.reason, &len);
		fprintf(to, "%s is there in ", name);
		say_count(to, filled);
		fputs(" of ", to);
		say_count(to, deals);
		fprintf(to, " %s", kinds[group]);
		mem_stream_end(to, &verdict.reason);
		night_tell(night, verdict);
	}
}
