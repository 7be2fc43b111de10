/*
 * salesforce_soql - what of a map and of answers may stand in a query.
 *
 * Nothing gets into a query that is not a path of names ("Owner.Name"), an Id or an instant that
 * we wrote: a column that is none of that ends the program (78) with its place in the map.
 */
#ifndef SALESFORCE_SOQL_H
#define SALESFORCE_SOQL_H

#include <jansson.h>
#include "map.h"

/* The columns of a map and those that we need ourselves, each once, but for outcome and url. */
char *soql_fields(const struct map *); /* free() it */

bool soql_is_ours(const char *column); /* outcome, url: no field of theirs */
bool soql_is_id(const char *text); /* NULL is none */

/* Whether an answer has all the columns, written as the map has them; else the program ends. */
void soql_check_answer(const struct map *, const json_t *record);

#endif
