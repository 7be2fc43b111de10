#include <stdlib.h>
#include <string.h>

#include "diag.h"
#include "mem.h"
#include "words_part.h"

/* "prices changed 2024-03-01 – 2024-03-10" */
static char *
note_of(const json_t *annotation)
{
	const char *text = text_of(annotation, "text"), *from = text_of(annotation, "from"),
		   *to = text_of(annotation, "to");

	if (text == NULL || from == NULL)
		return NULL;
	if (to == NULL || strcmp(from, to) == 0)
		return mem_printf("%s %s", text, from);
	return mem_printf("%s %s – %s", text, from, to);
}

json_t *
words_notes(const struct subject *s)
{
	json_t *notes = json_array(), *annotation;
	size_t i;

	json_array_foreach (json_object_get(s->alert, "annotations"), i, annotation) {
		json_t *note = owned(note_of(annotation));
		if (note != NULL && json_array_append_new(notes, note) != 0)
			die(EX_OSERR, "out of memory");
	}
	if (json_array_size(notes) > 0)
		return notes;
	json_decref(notes);
	return NULL;
}
