#include "schema_node.h"

/* A real without a fraction is an integer too (JSON Schema, 6.1.1). */
static bool
type_fits(unsigned types, const struct value *value)
{
	return (types & type_bit(value->type)) != 0
	    || (value->type == REC_REAL && (types & type_bit(REC_INTEGER)) != 0
		&& number_is_integer(value_number(value)));
}

static void
judge_tree(const struct node *node, const json_t *tree, const struct place *place,
    struct verdict *verdict)
{
	struct value value = value_of(tree);

	node_judge(node, &value, place, verdict);
}

static bool
is_member(const struct node *node, const char *name)
{
	for (size_t i = 0; i < node->member_count; i++)
		if (node->members[i].node != NULL && strcmp(node->members[i].name, name) == 0)
			return true;
	return false;
}

static void
judge_members(const struct node *node, const json_t *object, const struct place *up,
    struct verdict *verdict)
{
	const char *name;
	json_t *value;

	for (size_t i = 0; i < node->member_count; i++) {
		const struct member *member = &node->members[i];
		struct place place = { up, member->name, 0 };
		value = json_object_get(object, member->name);
		if (value == NULL && member->missing != NULL)
			verdict_add(verdict, member->missing, "is missing", &place);
		else if (value != NULL && member->node != NULL)
			judge_tree(member->node, value, &place, verdict);
	}
	if (node->others == NULL)
		return;
	json_object_foreach ((json_t *)object, name, value) {
		struct place place = { up, name, 0 };
		if (!is_member(node, name))
			judge_tree(node->others, value, &place, verdict);
	}
}

static void
judge_elements(const struct node *node, const json_t *array, const struct place *up,
    struct verdict *verdict)
{
	size_t i;
	json_t *value;

	if (node->items == NULL)
		return;
	json_array_foreach (array, i, value) {
		struct place place = { up, NULL, i };
		judge_tree(node->items, value, &place, verdict);
	}
}

/* If no alternative fits, the first says why. */
static void
judge_any(const struct node *node, const struct value *value, const struct place *place,
    struct verdict *verdict)
{
	for (size_t i = 0; i < node->any_count; i++) {
		struct verdict trial = { 0 };
		node_judge(node->any[i], value, place, &trial);
		if (trial.count == 0)
			return;
	}
	node_judge(node->any[0], value, place, verdict);
}

void
node_judge(const struct node *node, const struct value *value, const struct place *place,
    struct verdict *verdict)
{
	if (!type_fits(node->types, value)) {
		verdict_add(verdict, node->misfit, node->misfit_reason, place);
		return;
	}
	for (size_t i = 0; i < node->count; i++) {
		const struct check *check = &node->checks[i];
		if ((check->types & type_bit(value->type)) != 0
		    && !check->holds(check, value)) {
			verdict_add(verdict, check->code, check->reason, place);
			return;
		}
	}
	if (node->any != NULL)
		judge_any(node, value, place, verdict);
	if (value->type == REC_OBJECT)
		judge_members(node, value->tree, place, verdict);
	else if (value->type == REC_ARRAY)
		judge_elements(node, value->tree, place, verdict);
}
