/*
 * field - a field of a record that jansson holds, as those who read many of them ask for it.
 *
 * text_of is the text of that name, "" where there is none or it is no text; it lives as long as
 * the record.
 */
#ifndef FIELD_H
#define FIELD_H

#include <jansson.h>

static inline const char *
text_of(const json_t *record, const char *name)
{
	const char *text = json_string_value(json_object_get(record, name));

	return text != NULL ? text : "";
}

#endif
