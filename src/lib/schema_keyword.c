#include "diag.h"
#include "mem.h"
#include "schema_draft.h"

static void
note(const struct draft *draft, const json_t *value)
{
	(void)draft;
	(void)value;
}

static void
compile_dialect(const struct draft *draft, const json_t *value)
{
	const char *known = "https://json-schema.org/draft/2020-12/schema";

	if (!json_is_string(value) || strcmp(json_string_value(value), known) != 0)
		draft_die(draft, "must be %s", known);
}

/* Types. */

static const struct type {
	const char *name, *words;
	unsigned bits;
} types[] = {
	{ "string", "text", ANY_TEXT },
	{ "number", "a number", ANY_NUMBER },
	{ "integer", "a whole number", 1u << REC_INTEGER },
	{ "boolean", "true or false", 1u << REC_TRUE | 1u << REC_FALSE },
	{ "object", "an object", 1u << REC_OBJECT },
	{ "array", "a list", 1u << REC_ARRAY },
	{ "null", "null", 1u << REC_NULL },
};

static const struct type *
type_named(const struct draft *draft, const json_t *name)
{
	for (size_t i = 0; json_is_string(name) && i < sizeof types / sizeof *types; i++)
		if (strcmp(types[i].name, json_string_value(name)) == 0)
			return &types[i];
	draft_die(draft, "must be string, number, integer, boolean, object, array or null");
}

static void
add_type(const struct draft *draft, const json_t *name)
{
	const struct type *type = type_named(draft, name);
	struct node *node = draft->node;
	const char *before = node->misfit_reason;

	node->types |= type->bits;
	node->misfit_reason = draft_text(draft->schema,
	    before == NULL ? mem_printf("must be %s", type->words)
			   : mem_printf("%s or %s", before, type->words));
}

static void
compile_type(const struct draft *draft, const json_t *value)
{
	size_t i;
	json_t *name;

	draft->node->types = 0;
	draft->node->misfit = draft_code(draft, draft->keyword);
	if (!json_is_array(value))
		add_type(draft, value);
	else
		json_array_foreach (value, i, name)
			add_type(draft, name);
}

/* What is inside. */

static struct node *
inside(const struct draft *draft, const json_t *schema, const char *step)
{
	draft->node->looks_inside = true;
	return draft_node(draft->schema, schema, draft_code(draft, step), draft->place);
}

static void
add_member(struct node *node, const char *name)
{
	node->members[node->member_count++].name = name;
}

/* Members stand as `properties` has them, whatever the order of the keywords. */
static void
begin_members(const struct draft *draft)
{
	json_t *properties = json_object_get(draft->around, "properties"), *schema;
	size_t most = json_object_size(properties)
	    + json_array_size(json_object_get(draft->around, "required"));
	const char *name;

	draft->node->members = draft_new(draft->schema, most, sizeof(struct member));
	json_object_foreach (properties, name, schema)
		add_member(draft->node, name);
}

static struct member *
member_named(const struct draft *draft, const char *name)
{
	struct node *node = draft->node;

	if (node->members == NULL)
		begin_members(draft);
	for (size_t i = 0; i < node->member_count; i++)
		if (strcmp(node->members[i].name, name) == 0)
			return &node->members[i];
	add_member(node, name);
	return &node->members[node->member_count - 1];
}

static void
compile_properties(const struct draft *draft, const json_t *properties)
{
	const char *name;
	json_t *schema;

	if (!json_is_object(properties))
		draft_die(draft, "must be an object");
	json_object_foreach ((json_t *)properties, name, schema) {
		struct place place = { draft->place, name, 0 };
		struct draft deeper = *draft;
		deeper.place = &place;
		member_named(draft, name)->node = inside(&deeper, schema, name);
	}
}

static void
compile_required(const struct draft *draft, const json_t *names)
{
	size_t i;
	json_t *name;

	if (!json_is_array(names))
		draft_die(draft, "must be a list of names");
	json_array_foreach (names, i, name) {
		if (!json_is_string(name))
			draft_die(draft, "must be a list of names");
		const char *step = draft_text(
		    draft->schema, mem_printf("%s_required", json_string_value(name)));
		member_named(draft, json_string_value(name))->missing = draft_code(draft, step);
		draft->node->looks_inside = true;
	}
}

static void
compile_others(const struct draft *draft, const json_t *schema)
{
	if (!json_is_true(schema))
		draft->node->others = inside(draft, schema, draft->keyword);
}

static void
compile_items(const struct draft *draft, const json_t *schema)
{
	draft->node->items = inside(draft, schema, draft->keyword);
}

static void
compile_any(const struct draft *draft, const json_t *schemas)
{
	size_t count = json_array_size(schemas), i;
	json_t *schema;
	const struct node **any = draft_new(draft->schema, count, sizeof *any);

	if (count == 0)
		draft_die(draft, "must be a list of schemas");
	json_array_foreach (schemas, i, schema) {
		struct place place = { draft->place, NULL, i };
		struct node *node = draft_node(draft->schema, schema, draft->path, &place);
		draft->node->looks_inside |= node->looks_inside;
		any[i] = node;
	}
	draft->node->any = any;
	draft->node->any_count = count;
}

compiler *
keyword_compiler(const char *name)
{
	static const struct {
		const char *name;
		compiler *compile;
	} keywords[] = {
		{ "type", compile_type },
		{ "properties", compile_properties },
		{ "required", compile_required },
		{ "additionalProperties", compile_others },
		{ "items", compile_items },
		{ "anyOf", compile_any },
		{ "x-rules", compile_rules },
		{ "$schema", compile_dialect },
		{ "$id", note },
		{ "$comment", note },
		{ "title", note },
		{ "description", note },
		{ "default", note },
		{ "examples", note },
	};

	for (size_t i = 0; i < sizeof keywords / sizeof *keywords; i++)
		if (strcmp(keywords[i].name, name) == 0)
			return keywords[i].compile;
	return check_compiler(name);
}
