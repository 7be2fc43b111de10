#include <stdlib.h>

#include "diag.h"
#include "mem.h"
#include "schema_field.h"

static struct schema *
compile(struct conf *source, struct rec_in *in)
{
	struct schema *schema = mem_new(1, sizeof *schema);

	schema->source = source;
	schema->in = in;
	schema->root = draft_node(schema, conf_root(source), "", NULL);
	return schema;
}

static void
want_fields(struct schema *schema)
{
	const struct node *root = schema->root;
	struct field *fields = draft_new(schema, root->member_count, sizeof *fields);

	for (size_t i = 0; i < root->member_count; i++)
		fields[i] = field_of(schema, &root->members[i]);
	schema->fields = fields;
}

struct schema *
schema_compile(struct conf *source, struct rec_in *in)
{
	struct schema *schema = compile(source, in);
	const struct node *root = schema->root;

	schema->whole = root->count > 0 || root->any != NULL || root->others != NULL
	    || (root->types & type_bit(REC_OBJECT)) == 0;
	want_fields(schema);
	return schema;
}

static struct member *
add_member(struct schema *schema, const char *name)
{
	struct node *root = schema->root;
	struct member *more = draft_new(schema, root->member_count + 1, sizeof *more);

	if (root->member_count > 0)
		memcpy(more, root->members, root->member_count * sizeof *more);
	root->members = more;
	more[root->member_count].name = draft_text(schema, mem_copy(name, strlen(name)));
	return &more[root->member_count++];
}

void
schema_require(struct schema *schema, const char *field)
{
	struct node *root = schema->root;
	struct member *member = NULL;

	for (size_t i = 0; i < root->member_count; i++)
		if (strcmp(root->members[i].name, field) == 0)
			member = &root->members[i];
	if (member == NULL)
		member = add_member(schema, field);
	member->missing = draft_text(schema, mem_printf("%s_required", field));
	want_fields(schema);
}

static void
judge_fields(const struct schema *schema, const struct rec *rec, struct verdict *verdict)
{
	const struct field *field = schema->fields, *end = field + schema->root->member_count;

	for (; field < end; field++)
		if (!field_holds(field, rec))
			field_judge(field, rec, verdict);
}

static void
judge_whole(const struct schema *schema, const struct rec *rec, struct verdict *verdict)
{
	struct place nowhere = { NULL, "", 0 };
	struct value value = { REC_OBJECT, rec->line, NULL };

	field_look_inside(schema->root, &value, &nowhere, verdict);
}

size_t
schema_judge(
    const struct schema *schema, const struct rec *rec, struct fault faults[], size_t max)
{
	struct verdict verdict = { .faults = faults, .max = max };

	if (schema->whole)
		judge_whole(schema, rec, &verdict);
	else
		judge_fields(schema, rec, &verdict);
	rules_judge(schema, rec, &verdict);
	return verdict.count < max ? verdict.count : max;
}

void
schema_free(struct schema *schema)
{
	for (size_t i = 0; i < schema->kept_count; i++)
		free(schema->kept[i]);
	free(schema->kept);
	conf_free(schema->source);
	free(schema);
}

void
schema_conf_at(const struct conf *conf, const char *pointer, struct conf *source)
{
	struct schema *schema = compile(source, NULL);
	struct value value = value_of(conf_at(conf, pointer));
	struct fault fault;
	struct verdict verdict = { .faults = &fault, .max = 1 };

	node_judge(schema->root, &value, NULL, &verdict);
	if (verdict.count > 0) {
		char *place = mem_printf("%s/%s", pointer, fault.field);
		conf_die(conf, place, "%s", fault.reason);
	}
	schema_free(schema);
}

void
schema_conf(const struct conf *conf, const char *schema_path)
{
	schema_conf_at(conf, "", conf_load(schema_path));
}

void
schema_conf_text(const struct conf *conf, const char *name, const char *schema)
{
	schema_conf_at(conf, "", conf_from(name, schema));
}
