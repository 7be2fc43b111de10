/*
 * schema_field - judging the fields of a record, for schema alone.
 *
 * Nearly every field of nearly every record is good, so field_holds looks in haste, at what
 * suffices: true means that field_judge, which finds the words, would have none to say.
 */
#ifndef SCHEMA_FIELD_H
#define SCHEMA_FIELD_H

#include "schema_draft.h"

struct field {
	size_t slot;
	struct sure sure; /* nothing need be asked of what is written so */
	unsigned types; /* for which it suffices that the checks hold */
	unsigned decided; /* for which nothing else would do, either */
	const struct check *checks, *end;
	const struct member *member;
};

struct field field_of(struct schema *, const struct member *);
void field_judge(const struct field *, const struct rec *, struct verdict *);
bool field_is_good(const struct field *, const struct rec *); /* it would have no words */

static inline bool
is_sure(const struct sure *sure, const struct rec_field *seen)
{
	return (sure->types & type_bit(seen->type)) != 0 && seen->len >= sure->least
	    && seen->len <= sure->most;
}

static inline bool
field_holds(const struct field *field, const struct rec *rec)
{
	const struct rec_field *seen = &rec->fields[field->slot];

	if (is_sure(&field->sure, seen))
		return true;
	if ((field->types & type_bit(seen->type)) == 0)
		return false;
	if (seen->type == REC_ABSENT)
		return true;
	struct value value = { seen->type, { seen->text, seen->len }, NULL };
	for (const struct check *check = field->checks; check < field->end; check++)
		if (!is_sure(&check->sure, seen) && !check->holds(check, &value))
			return false;
	return true;
}

/* An array or object is given to jansson only if somebody looks inside. */
void field_look_inside(
    const struct node *, struct value *, const struct place *, struct verdict *);

#endif
