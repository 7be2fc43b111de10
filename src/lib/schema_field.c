#include "diag.h"
#include "schema_field.h"

static struct sure
both(struct sure a, struct sure b)
{
	return (struct sure){ a.types & b.types, a.least > b.least ? a.least : b.least,
		a.most < b.most ? a.most : b.most };
}

/* Types of which a check does not speak are left to the closer look, and so is what is inside. */
static void
hurry(struct field *field, const struct node *node, struct check *checks)
{
	field->types &= node->types;
	if (node->looks_inside)
		field->types &= ~(type_bit(REC_ARRAY) | type_bit(REC_OBJECT));
	for (size_t i = 0; i < node->count; i++) {
		checks[i] = node->checks[i];
		field->types &= checks[i].types;
		field->sure = both(field->sure, checks[i].sure);
	}
	field->end = checks + node->count;
}

/* Of alternatives the first is what is usual. */
struct field
field_of(struct schema *schema, const struct member *member)
{
	struct field field = { .slot = rec_want(schema->in, member->name), .member = member };
	const struct node *node = member->node;
	const struct node *usual = node != NULL && node->any != NULL ? node->any[0] : NULL;

	field.types = ANY_TYPE;
	field.sure = (struct sure){ .types = ANY_TYPE, .most = SIZE_MAX };
	if (node != NULL) {
		size_t most = node->count + (usual != NULL ? usual->count : 0);
		struct check *checks = draft_new(schema, most, sizeof *checks);
		field.checks = checks;
		hurry(&field, node, checks);
		if (usual != NULL)
			hurry(&field, usual, checks + node->count);
	}
	if (usual != NULL && usual->any != NULL)
		field.types = 0;
	if (usual == NULL)
		field.decided = field.types;
	field.sure.types &= field.types;
	if (member->missing == NULL)
		field.types |= type_bit(REC_ABSENT);
	return field;
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
field_judge(const struct field *field, const struct rec *rec, struct verdict *verdict)
{
	const struct rec_field *seen = &rec->fields[field->slot];
	const struct member *member = field->member;
	struct place place = { NULL, member->name, 0 };
	struct value value = { seen->type, { seen->text, seen->len }, NULL };

	if (seen->type == REC_ABSENT) {
		if (member->missing != NULL)
			verdict_add(verdict, member->missing, "is missing", &place);
	} else if (member->node != NULL) {
		if (seen->type >= REC_ARRAY && member->node->looks_inside)
			field_look_inside(member->node, &value, &place, verdict);
		else
			node_judge(member->node, &value, &place, verdict);
	}
}

bool
field_is_good(const struct field *field, const struct rec *rec)
{
	struct verdict verdict = { 0 };

	if (field_holds(field, rec))
		return true;
	if ((field->decided & type_bit(rec->fields[field->slot].type)) != 0)
		return false;
	field_judge(field, rec, &verdict);
	return verdict.count == 0;
}
