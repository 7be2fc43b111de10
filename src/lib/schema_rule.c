#include <endian.h>

#include "mem.h"
#include "schema_field.h"
#include "when.h"

/*
 * Rules over several fields of a record, in "x-rules":
 * "code" and "reason", a form with its fields, and "when", the
 * schemas of fields it depends on.
 */

enum { FIELDS_MAX = 3, EARTH_LEADS_UTC = 14 * 3600 };

struct rule {
	bool (*holds)(const struct rule *, const struct rec *);
	const char *code, *reason;
	size_t count, slots[FIELDS_MAX];
	const char *fields[FIELDS_MAX];
	const struct field *when; /* what fields must be for the rule to be asked */
	size_t conditions;
	char today[WHEN_DAY_LEN];
};

static const struct rec_field *
field(const struct rule *rule, const struct rec *rec, size_t which)
{
	return &rec->fields[rule->slots[which]];
}

static bool
is_present(const struct rule *rule, const struct rec *rec)
{
	return field(rule, rec, 0)->type != REC_ABSENT;
}

static bool
is_absent(const struct rule *rule, const struct rec *rec)
{
	return field(rule, rec, 0)->type == REC_ABSENT;
}

/* Days, and the days of instants as they are written, stand in the order of their text. */
static inline bool
in_order(const char *earlier, const char *later)
{
	uint64_t first, second;
	uint16_t first_day, second_day;

	memcpy(&first, earlier, sizeof first);
	memcpy(&second, later, sizeof second);
	if (first != second)
		return be64toh(first) < be64toh(second);
	memcpy(&first_day, earlier + sizeof first, sizeof first_day);
	memcpy(&second_day, later + sizeof second, sizeof second_day);
	return be16toh(first_day) <= be16toh(second_day);
}

static bool
is_not_before(const struct rule *rule, const struct rec *rec)
{
	const struct rec_field *later = field(rule, rec, 0), *earlier = field(rule, rec, 1);

	return later->len < WHEN_DAY_LEN || earlier->len < WHEN_DAY_LEN
	    || in_order(earlier->text, later->text);
}

static bool
is_not_future(const struct rule *rule, const struct rec *rec)
{
	const struct rec_field *day = field(rule, rec, 0);

	return day->len < WHEN_DAY_LEN || in_order(day->text, rule->today);
}

static bool
is_days_between(const struct rule *rule, const struct rec *rec)
{
	const struct rec_field *days = field(rule, rec, 0);
	struct value value = { days->type, { days->text, days->len }, NULL };
	int32_t from, to;

	if ((type_bit(days->type) & ANY_NUMBER) == 0
	    || !when_day(rec_text(rec, rule->slots[1]), &from)
	    || !when_day(rec_text(rec, rule->slots[2]), &to))
		return true;
	struct number between = { .whole = true, .integer = to - from };
	return number_compare(value_number(&value), between) == 0;
}

static const struct form {
	const char *name;
	size_t fields;
	bool (*holds)(const struct rule *, const struct rec *);
} forms[] = {
	{ "present", 1, is_present },
	{ "absent", 1, is_absent },
	{ "notBefore", 2, is_not_before },
	{ "notFuture", 1, is_not_future },
	{ "daysBetween", 3, is_days_between },
};

static const struct form *
form_named(const char *name)
{
	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
		if (strcmp(forms[i].name, name) == 0)
			return &forms[i];
	return NULL;
}

static size_t
slot_of(const struct draft *draft, const char *name)
{
	const json_t *properties = json_object_get(draft->around, "properties");

	if (name == NULL || json_object_get(properties, name) == NULL)
		draft_die(draft, "no such property: %s", name != NULL ? name : "not text");
	return rec_want(draft->schema->in, name);
}

static void
compile_form(const struct draft *draft, struct rule *rule, const json_t *names)
{
	const struct form *form = form_named(draft->keyword);
	size_t given = json_is_array(names) ? json_array_size(names) : 1;

	if (form == NULL)
		draft_die(draft, "unknown keyword");
	if (rule->holds != NULL)
		draft_die(draft, "a rule has one form");
	if (given != form->fields)
		draft_die(draft, "%zu fields, not %zu", given, form->fields);
	rule->holds = form->holds;
	for (; rule->count < given; rule->count++) {
		const json_t *name =
		    json_is_array(names) ? json_array_get(names, rule->count) : names;
		rule->fields[rule->count] = json_string_value(name);
		rule->slots[rule->count] = slot_of(draft, json_string_value(name));
	}
}

static void
compile_when(const struct draft *draft, struct rule *rule, const json_t *conditions)
{
	size_t count = json_object_size(conditions);
	struct member *members = draft_new(draft->schema, count, sizeof *members);
	struct field *when = draft_new(draft->schema, count, sizeof *when);
	const char *name;
	json_t *schema;

	if (!json_is_object(conditions))
		draft_die(draft, "must be an object: fields and what they must be");
	json_object_foreach ((json_t *)conditions, name, schema) {
		struct place place = { draft->place, name, 0 };
		struct member *member = &members[rule->conditions];
		slot_of(draft, name);
		member->name = member->missing = name;
		member->node = draft_node(draft->schema, schema, name, &place);
		when[rule->conditions++] = field_of(draft->schema, member);
	}
	rule->when = when;
}

static const char *
rule_text(const struct draft *draft, const json_t *value)
{
	if (!json_is_string(value))
		draft_die(draft, "must be text");
	return json_string_value(value);
}

static void
compile_rule(const struct draft *draft, struct rule *rule, const json_t *source)
{
	int64_t latest = when_now() + EARTH_LEADS_UTC;
	struct draft deeper = *draft;
	const char *name;
	json_t *value;

	when_text(when_local_day(latest, NULL), rule->today);
	json_object_foreach ((json_t *)source, name, value) {
		struct place place = { draft->place, name, 0 };
		deeper.place = &place;
		deeper.keyword = name;
		if (strcmp(name, "code") == 0)
			rule->code = rule_text(&deeper, value);
		else if (strcmp(name, "reason") == 0)
			rule->reason = rule_text(&deeper, value);
		else if (strcmp(name, "when") == 0)
			compile_when(&deeper, rule, value);
		else
			compile_form(&deeper, rule, value);
	}
	if (rule->code == NULL || rule->reason == NULL || rule->holds == NULL)
		draft_die(draft, "a rule needs code, reason and a form");
}

void
compile_rules(const struct draft *draft, const json_t *rules)
{
	struct schema *schema = draft->schema;
	struct draft deeper = *draft;
	size_t i;
	json_t *rule;

	if (!json_is_array(rules) || draft->place->up != NULL || schema->in == NULL)
		draft_die(draft, "must be a list, at the top of the schema of a stream");
	schema->rules = draft_new(schema, json_array_size(rules), sizeof *schema->rules);
	json_array_foreach (rules, i, rule) {
		struct place place = { draft->place, NULL, i };
		deeper.place = &place;
		compile_rule(&deeper, &schema->rules[schema->rule_count++], rule);
	}
}

static bool
is_asked(const struct rule *rule, const struct rec *rec)
{
	for (size_t i = 0; i < rule->conditions; i++)
		if (!field_is_good(&rule->when[i], rec))
			return false;
	return true;
}

/* A rule over a field that is not good in itself would only say so again. */
static bool
is_blamed(const struct rule *rule, const struct verdict *verdict)
{
	for (size_t i = 0; i < verdict->count && i < verdict->max; i++)
		for (size_t j = 0; j < rule->count; j++)
			if (strcmp(verdict->faults[i].field, rule->fields[j]) == 0)
				return true;
	return false;
}

static void
blame(const struct rule *rule, const struct rec *rec, struct verdict *verdict)
{
	struct place place = { NULL, rule->fields[0], 0 };

	if (is_asked(rule, rec) && !is_blamed(rule, verdict))
		verdict_add(verdict, rule->code, rule->reason, &place);
}

void
rules_judge(const struct schema *schema, const struct rec *rec, struct verdict *verdict)
{
	const struct rule *rule = schema->rules;

	for (size_t i = 0; i < schema->rule_count; i++, rule++)
		if (!rule->holds(rule, rec))
			blame(rule, rec, verdict);
}
