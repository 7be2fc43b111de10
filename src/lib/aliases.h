/*
 * aliases - aliases.json: what the values of dimensions are called now.
 *
 *	{"region": {"Europe": "EMEA"}, "product_type": {"Basic": "Core", "Core": "Core 2"}}
 *
 * Renames are chained; one that comes round to itself ends the program (78, with its line).
 * What a value was called first, the oldest name, is what identities are made of, so that they
 * outlive any rename.  Of several values that became one it is the first in the file, so
 * further lines belong below.  Texts live as long as the aliases; NULL aliases rename nothing.
 *
 * aliases_apply() renames in place wherever a value of a dimension stands in a record, a
 * silence or a configuration: in `segment` and its like, in `where`, and in `matchers`
 * ("segment.region = Europe"; a pattern stays as it is).  Texts beside a segment (title,
 * message, actions) then call it by its new name.
 */
#ifndef ALIASES_H
#define ALIASES_H

#include <jansson.h>
#include <stdbool.h>
#include "span.h"

struct aliases;

struct aliases *aliases_load(const char *path); /* NULL: no aliases */
void aliases_free(struct aliases *);

size_t aliases_count(const struct aliases *); /* of dimensions with an alias */
const char *aliases_dimension(const struct aliases *, size_t number);
size_t aliases_find(const struct aliases *, const char *dimension); /* the count if none */
const char *aliases_now(const struct aliases *, size_t number, struct span value); /* or NULL */

json_t *aliases_oldest(const struct aliases *, const json_t *segment); /* a new reference */
bool aliases_apply(const struct aliases *, json_t *record); /* whether anything changed */

#endif
