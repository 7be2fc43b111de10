#include <stdlib.h>
#include <string.h>

#include "when.h"
#include "words_part.h"

static bool
is_in(const struct subject *s, const char *state)
{
	const char *text = text_of(s->alert, "state");

	return text != NULL && strcmp(text, state) == 0;
}

bool
words_over(const struct subject *s)
{
	return is_in(s, "recovered") || is_in(s, "corrected");
}

/* Of what became of it since it was told; of what is new there is nothing to say. */
json_t *
words_life(const struct subject *s)
{
	const char *closed = text_of(s->alert, "closed");
	int32_t day;

	if (is_in(s, "changed"))
		return json_string("Got worse since it was told.");
	if (is_in(s, "corrected"))
		return json_string("The data were corrected: as they are known now, nobody "
				   "would have been told.");
	if (!is_in(s, "recovered"))
		return NULL;
	if (closed == NULL || !when_day(span(closed), &day))
		return json_string("It is over.");
	char *text = words_day(day);
	json_t *said = json_sprintf("It is over since %s.", text);
	free(text);
	return said;
}
