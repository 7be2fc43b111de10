#include <stdlib.h>

#include "diag.h"
#include "mem.h"
#include "schema_draft.h"

static struct schema *
compile(struct conf *source, struct rec_in *in)
{
	struct schema *schema = mem_new(1, sizeof *schema);

	schema->source = source;
	schema->in = in;
	schema->root = draft_node(schema, conf_root(source), "", NULL);
	return schema;
}

/* Which types of a field field_holds may judge: all but those that have to be looked into. */
void
field_want(struct member *member, struct rec_in *in)
{
	const struct node *node = member->node;

	member->slot = rec_want(in, member->name);
	member->plain = member->missing == NULL ? type_bit(REC_ABSENT) : 0;
	if (node == NULL)
		member->plain |= ANY_TYPE;
	else if (node->any == NULL && !node->looks_inside)
		member->plain |= node->types;
}

struct schema *
schema_compile(struct conf *source, struct rec_in *in)
{
	struct schema *schema = compile(source, in);
	struct node *root = schema->root;

	for (size_t i = 0; i < root->member_count; i++)
		field_want(&root->members[i], in);
	schema->whole = root->count > 0 || root->any != NULL || root->others != NULL
	    || (root->types & type_bit(REC_OBJECT)) == 0;
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
	more[root->member_count].name = name;
	return &more[root->member_count++];
}

void
schema_require(struct schema *schema, struct rec_in *in, const char *field)
{
	struct node *root = schema->root;
	struct member *member = NULL;

	for (size_t i = 0; i < root->member_count; i++)
		if (strcmp(root->members[i].name, field) == 0)
			member = &root->members[i];
	if (member == NULL)
		member = add_member(schema, field);
	member->missing = draft_text(schema, mem_printf("%s_required", field));
	field_want(member, in);
}

/* An array or object is given to jansson only if somebody looks inside. */
static void
look_inside(const struct node *node, struct value *value, const struct place *place,
    struct verdict *verdict)
{
	json_t *tree = json_loadb(value->text.at, value->text.len, 0, NULL);

	if (tree == NULL)
		die(EX_OSERR, "%s: out of memory", place->name);
	value->tree = tree;
	node_judge(node, value, place, verdict);
	json_decref(tree);
}

void
field_judge(const struct member *member, const struct rec *rec, struct verdict *verdict)
{
	const struct rec_field *field = &rec->fields[member->slot];
	struct place place = { NULL, member->name, 0 };
	struct value value = { field->type, { field->text, field->len }, NULL };

	if (field->type == REC_ABSENT) {
		if (member->missing != NULL)
			verdict_add(verdict, member->missing, "is missing", &place);
	} else if (member->node != NULL) {
		if (field->type >= REC_ARRAY && member->node->looks_inside)
			look_inside(member->node, &value, &place, verdict);
		else
			node_judge(member->node, &value, &place, verdict);
	}
}

static void
judge_fields(const struct schema *schema, const struct rec *rec, struct verdict *verdict)
{
	const struct member *member = schema->root->members;

	for (size_t i = 0; i < schema->root->member_count; i++, member++)
		if (!field_holds(member, &rec->fields[member->slot]))
			field_judge(member, rec, verdict);
}

static void
judge_whole(const struct schema *schema, const struct rec *rec, struct verdict *verdict)
{
	struct place nowhere = { NULL, "", 0 };
	struct value value = { REC_OBJECT, rec->line, NULL };

	look_inside(schema->root, &value, &nowhere, verdict);
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
schema_conf(const struct conf *conf, const char *schema_path)
{
	struct schema *schema = compile(conf_load(schema_path), NULL);
	struct value value = value_of(conf_root(conf));
	struct fault fault;
	struct verdict verdict = { .faults = &fault, .max = 1 };

	node_judge(schema->root, &value, NULL, &verdict);
	if (verdict.count > 0) {
		char pointer[SCHEMA_FIELD_MAX + 1] = "/";
		strcpy(pointer + 1, fault.field);
		conf_die(conf, pointer, "%s", fault.reason);
	}
	schema_free(schema);
}
