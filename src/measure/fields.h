/*
 * fields - the values of a deal's fields, from text.
 *
 * Each is an integer: a day, money, an outcome, the code of a stage; NOTHING for an empty
 * text.  fields_value says false if the text is no such value.
 */
#ifndef FIELDS_H
#define FIELDS_H

#include "changes.h"
#include "names.h"
#include "span.h"

extern const char *const field_names[FIELDS];

bool fields_value(enum field, struct span text, struct names *stages, int64_t *value);
bool fields_day(struct span text, int32_t *day); /* of a date or an instant */

#endif
