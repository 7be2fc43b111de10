/*
 * draft - a map that is being written: its fields by synonyms, its dimensions by their few
 * values, and notes on what a person must decide.
 */
#ifndef DRAFT_H
#define DRAFT_H

#include "profile.h"

struct draft {
	struct profile *columns;
	bool *taken; /* by a field or a dimension */
	size_t count;
	json_t *fields, *dimensions, *notes;
	char decimal, thousands;
};

void draft_fields(struct draft *);
void draft_dimensions(struct draft *);

/* For all who write one: a value that must be there, and its place. */
json_t *draft_sure(json_t *);
void draft_set(json_t *object, const char *key, json_t *value);
void draft_append(json_t *array, json_t *value);
json_t *draft_from(const struct profile *); /* {"from": its name} */

/* The column not yet taken that most surely means the field, or DRAFT_NONE. */
enum { DRAFT_NONE = -1 };
long draft_column(const struct draft *, const char *field, bool date);

#endif
