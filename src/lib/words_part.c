#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "mem.h"
#include "words_part.h"

const char *
text_of(const json_t *object, const char *name)
{
	return json_string_value(json_object_get(object, name));
}

bool
number_of(const json_t *object, const char *name, double *number)
{
	const json_t *value = json_object_get(object, name);

	*number = json_number_value(value);
	return json_is_number(value) && fabs(*number) < 1e15;
}

json_t *
owned(char *text)
{
	json_t *value = text != NULL ? json_string(text) : NULL;

	free(text);
	return value;
}

/* The texts of a list, or of one field of its objects; NULL: there are none. */
json_t *
words_list(const json_t *list, const char *field, size_t most)
{
	size_t len, i, size = json_array_size(list), left = size > most ? size - most : 0;
	const json_t *each;
	char *text;
	FILE *out = mem_stream(&text, &len);

	json_array_foreach (list, i, each) {
		const char *name =
		    field != NULL ? text_of(each, field) : json_string_value(each);
		if (name != NULL && i < most)
			fprintf(out, "%s%s", ftello(out) > 0 ? ", " : "", name);
	}
	if (left > 0)
		fprintf(out, " and %zu more", left);
	mem_stream_end(out, &text);
	if (len > 0)
		return owned(text);
	free(text);
	return NULL;
}
