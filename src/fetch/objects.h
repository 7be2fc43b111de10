/*
 * objects - records that are JSON objects, made deals as a map has it.
 *
 * The columns are the names that the map's fields come `from`, the first of each.  A record has
 * a column under its name, or else further in: "Owner.Name" is the Name of its Owner.  null is
 * an empty cell, a truth "true" or "false", a number its digits.  The line of a deal is the
 * number of its record in this fetch, from 1.
 */
#ifndef OBJECTS_H
#define OBJECTS_H

#include <jansson.h>
#include "deals.h"

struct objects;

json_t *objects_columns(const struct map *); /* an array of texts, each once; a new reference */

char *objects_text(const json_t *record, const char *column); /* NULL if empty; free() it */

struct objects *objects_begin(const struct taking *, const char *source);
void objects_take(struct objects *, const json_t *record);
void objects_refuse(struct objects *, struct span bytes, const char *code, const char *reason);
void objects_pass_over(struct objects *); /* a record that is no deal, and is counted */
size_t objects_taken(const struct objects *);
void objects_end(struct objects *); /* NULL too */

#endif
