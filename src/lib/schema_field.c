#include "diag.h"
#include "schema_field.h"

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

void
field_look_inside(const struct node *node, struct value *value, const struct place *place,
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
			field_look_inside(member->node, &value, &place, verdict);
		else
			node_judge(member->node, &value, &place, verdict);
	}
}
