#include <stdio.h>
#include <stdlib.h>

#include "diag.h"
#include "mem.h"
#include "money.h"
#include "rec_out.h"
#include "schema_draft.h"
#include "when.h"

enum { DAY_SECONDS = 86400, WHOLE_MAX = 14 };

static struct check *
add_check(const struct draft *draft, unsigned types,
    bool (*holds)(const struct check *, const struct value *), const char *reason)
{
	struct check *check = &draft->node->checks[draft->node->count++];

	*check = (struct check){ .holds = holds,
		.types = types,
		.code = draft_code(draft, draft->keyword),
		.reason = reason };
	return check;
}

/* Numbers. */

static bool
is_at_least(const struct check *check, const struct value *value)
{
	return number_compare(value_number(value), check->bound) >= 0;
}

/* For a bound that only negative numbers can miss: whether one is shows in its sign. */
static bool
is_positive_or_at_least(const struct check *check, const struct value *value)
{
	return (value->tree == NULL && *value->text.at != '-') || is_at_least(check, value);
}

static bool
is_at_most(const struct check *check, const struct value *value)
{
	return number_compare(value_number(value), check->bound) <= 0;
}

static bool
is_more(const struct check *check, const struct value *value)
{
	return number_compare(value_number(value), check->bound) > 0;
}

static bool
is_less(const struct check *check, const struct value *value)
{
	return number_compare(value_number(value), check->bound) < 0;
}

/* Sizes. */

static size_t
characters(struct span text)
{
	size_t count = 0;

	for (size_t i = 0; i < text.len; i++)
		count += ((unsigned char)text.at[i] & 0xC0) != 0x80;
	return count;
}

static bool
is_long_enough(const struct check *check, const struct value *value)
{
	return characters(value->text) >= check->size;
}

static bool
is_short_enough(const struct check *check, const struct value *value)
{
	return characters(value->text) <= check->size;
}

static bool
has_enough(const struct check *check, const struct value *value)
{
	return json_array_size(value->tree) >= check->size;
}

static bool
has_few_enough(const struct check *check, const struct value *value)
{
	return json_array_size(value->tree) <= check->size;
}

/* Values. */

static bool
is_listed(const struct check *check, const struct value *value)
{
	for (size_t i = 0; i < check->count; i++)
		if (value_equal(value, &check->choices[i]))
			return true;
	return false;
}

/* All keys are asked, for where to stop would be a guess, and a wrong one costs more. */
static bool
is_one_of(const struct check *check, const struct value *value)
{
	if (value->type != REC_STRING)
		return is_listed(check, value);

	uint64_t key = text_key(value->text);
	bool found = false;
	for (size_t i = 0; i < check->count; i++)
		found |= check->keys[i] == key;
	return found && (value->text.len <= TEXT_KEYED || is_listed(check, value));
}

/* Formats. */

static bool
is_date(const struct check *check, const struct value *value)
{
	(void)check;
	return when_day(value->text, NULL);
}

/* A leap second is the last of a UTC day. */
static bool
is_instant(const struct check *check, const struct value *value)
{
	int64_t instant;

	(void)check;
	return when_instant(value->text, &instant)
	    && (memcmp(value->text.at + 17, "60", 2) != 0 || instant % DAY_SECONDS == 0);
}

/* What money can hold exactly. */
static bool
is_decimal(const struct check *check, const struct value *value)
{
	int64_t amount;

	(void)check;
	if (value->tree == NULL)
		return money_read(value->text, &amount);

	struct span text;
	char *json = rec_json(value->tree, &text.len);
	text.at = json;
	bool fits = money_read(text, &amount);
	free(json);
	return fits;
}

/* The keywords whose value is a number. */
static const struct bound {
	const char *name, *reason;
	bool (*holds)(const struct check *, const struct value *);
	unsigned types;
} bounds[] = {
	{ "minimum", "must be at least", is_at_least, ANY_NUMBER },
	{ "maximum", "must be at most", is_at_most, ANY_NUMBER },
	{ "exclusiveMinimum", "must be more than", is_more, ANY_NUMBER },
	{ "exclusiveMaximum", "must be less than", is_less, ANY_NUMBER },
	{ "minLength", "characters must be at least", is_long_enough, ANY_TEXT },
	{ "maxLength", "characters must be at most", is_short_enough, ANY_TEXT },
	{ "minItems", "elements must be at least", has_enough, 1u << REC_ARRAY },
	{ "maxItems", "elements must be at most", has_few_enough, 1u << REC_ARRAY },
};

static const struct format {
	const char *name, *reason;
	bool (*holds)(const struct check *, const struct value *);
	unsigned types;
	struct sure sure;
} formats[] = {
	{ "date", "must be a date that exists, as 2024-03-01", is_date, ANY_TEXT, { 0 } },
	{ "date-time", "must be an instant, as 2024-03-01T09:30:00Z", is_instant, ANY_TEXT,
	    { 0 } },
	{ "x-decimal", "must have at most 14 digits before the point, 4 after it, no exponent",
	    is_decimal, ANY_NUMBER, { 1u << REC_INTEGER, 0, WHOLE_MAX } },
};

static char *
json_text(const json_t *value)
{
	size_t len;

	return rec_json(value, &len);
}

static const struct bound *
bound_named(const char *name)
{
	for (size_t i = 0; i < sizeof bounds / sizeof *bounds; i++)
		if (strcmp(bounds[i].name, name) == 0)
			return &bounds[i];
	return NULL;
}

/* A character takes one byte to four, so most texts need no counting. */
static struct sure
sure_of(const struct bound *bound, size_t size)
{
	if (bound->holds == is_long_enough)
		return (struct sure){ ANY_TEXT, size > 0 ? 4 * size - 3 : 0, SIZE_MAX };
	if (bound->holds == is_short_enough)
		return (struct sure){ ANY_TEXT, 0, size };
	return (struct sure){ 0 };
}

static size_t
size_of(const struct draft *draft, struct number number)
{
	const struct number least = { .whole = true, .integer = 0 };
	const struct number most = { .whole = true, .integer = UINT32_MAX };

	if (!number_is_integer(number) || number_compare(number, least) < 0
	    || number_compare(number, most) > 0)
		draft_die(draft, "must be a whole number, 0 or more");
	return number.whole ? (size_t)number.integer : (size_t)number.real;
}

static void
compile_bound(const struct draft *draft, const json_t *value)
{
	const struct number zero = { .whole = true, .integer = 0 };
	const struct bound *bound = bound_named(draft->keyword);
	struct value given = value_of(value);

	if (!json_is_number(value))
		draft_die(draft, "must be a number");

	char *text = json_text(value);
	const char *reason =
	    draft_text(draft->schema, mem_printf("%s %s", bound->reason, text));
	struct check *check = add_check(draft, bound->types, bound->holds, reason);
	check->bound = value_number(&given);
	if (bound->types != ANY_NUMBER)
		check->size = size_of(draft, check->bound);
	else if (bound->holds == is_at_least && number_compare(check->bound, zero) <= 0)
		check->holds = is_positive_or_at_least;
	check->sure = sure_of(bound, check->size);
	draft->node->looks_inside |= bound->types == 1u << REC_ARRAY;
	free(text);
}

static void
compile_format(const struct draft *draft, const json_t *value)
{
	const char *name = json_string_value(value);

	for (size_t i = 0; name != NULL && i < sizeof formats / sizeof *formats; i++)
		if (strcmp(formats[i].name, name) == 0) {
			add_check(draft, formats[i].types, formats[i].holds, formats[i].reason)
			    ->sure = formats[i].sure;
			return;
		}
	draft_die(draft, "must be date, date-time or x-decimal");
}

static const char *
choice_reason(const struct draft *draft, const json_t *values)
{
	size_t i, len;
	json_t *value;
	char *text;
	FILE *to = mem_stream(&text, &len);

	fputs("must be one of", to);
	json_array_foreach (values, i, value) {
		char *json = json_text(value);
		fputs(i > 0 ? ", " : " ", to);
		fputs(json_is_string(value) ? json_string_value(value) : json, to);
		free(json);
	}
	mem_stream_end(to, &text);
	return draft_text(draft->schema, text);
}

static void
add_choices(
    const struct draft *draft, const char *reason, const json_t *const *values, size_t count)
{
	struct check *check = add_check(draft, ANY_TYPE, is_one_of, reason);
	struct value *choices = draft_new(draft->schema, count, sizeof *choices);
	uint64_t *keys = draft_new(draft->schema, count, sizeof *keys);

	for (size_t i = 0; i < count; i++) {
		choices[i] = value_of(values[i]);
		keys[i] = json_is_string(values[i]) ? text_key(choices[i].text) : UINT64_MAX;
		draft->node->looks_inside |= choices[i].type >= REC_ARRAY;
	}
	check->choices = choices;
	check->keys = keys;
	check->count = count;
}

static void
compile_enum(const struct draft *draft, const json_t *list)
{
	size_t count = json_array_size(list);
	const json_t **values = draft_new(draft->schema, count, sizeof *values);

	if (!json_is_array(list))
		draft_die(draft, "must be a list of values");
	for (size_t i = 0; i < count; i++)
		values[i] = json_array_get(list, i);
	add_choices(draft, choice_reason(draft, list), values, count);
}

static void
compile_const(const struct draft *draft, const json_t *value)
{
	char *text = json_text(value);

	add_choices(
	    draft, draft_text(draft->schema, mem_printf("must be %s", text)), &value, 1);
	free(text);
}

compiler *
check_compiler(const char *name)
{
	if (bound_named(name) != NULL)
		return compile_bound;
	if (strcmp(name, "enum") == 0)
		return compile_enum;
	if (strcmp(name, "const") == 0)
		return compile_const;
	return strcmp(name, "format") == 0 ? compile_format : NULL;
}
