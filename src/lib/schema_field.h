/*
 * schema_field - judging the fields of a record, for schema alone.
 *
 * Nearly every field of nearly every record is good, so field_holds looks in haste: true
 * means that field_judge, which finds the words, would have none to say.
 */
#ifndef SCHEMA_FIELD_H
#define SCHEMA_FIELD_H

#include "schema_node.h"

void field_want(struct member *, struct rec_in *); /* before any is judged */
void field_judge(const struct member *, const struct rec *, struct verdict *);

static inline bool
field_holds(const struct member *member, const struct rec_field *field)
{
	struct value value = { field->type, { field->text, field->len }, NULL };

	if ((member->plain & type_bit(field->type)) == 0)
		return false;
	if (field->type == REC_ABSENT || member->node == NULL)
		return true;
	for (size_t i = 0; i < member->node->count; i++) {
		const struct check *check = &member->node->checks[i];
		if ((check->types & type_bit(value.type)) != 0 && !check->holds(check, &value))
			return false;
	}
	return true;
}

/* An array or object is given to jansson only if somebody looks inside. */
void field_look_inside(
    const struct node *, struct value *, const struct place *, struct verdict *);

#endif
