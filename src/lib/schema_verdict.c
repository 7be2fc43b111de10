#include "schema_verdict.h"

static size_t
put_char(char *text, size_t len, size_t max, char c)
{
	if (len + 1 < max)
		text[len++] = c;
	return len;
}

static size_t
put_name(char *text, size_t len, size_t max, const char *name)
{
	for (; *name != '\0'; name++) {
		if (*name == '~' || *name == '/') {
			len = put_char(text, len, max, '~');
			len = put_char(text, len, max, *name == '~' ? '0' : '1');
		} else {
			len = put_char(text, len, max, *name);
		}
	}
	return len;
}

static size_t
put_index(char *text, size_t len, size_t max, size_t index)
{
	if (index > 9)
		len = put_index(text, len, max, index / 10);
	return put_char(text, len, max, (char)('0' + index % 10));
}

size_t
place_text(const struct place *place, char *text, size_t max)
{
	size_t len = 0;

	text[0] = '\0';
	if (place == NULL)
		return 0;
	len = place_text(place->up, text, max);
	if (len > 0)
		len = put_char(text, len, max, '/');
	len = place->name != NULL ? put_name(text, len, max, place->name)
				  : put_index(text, len, max, place->index);
	text[len] = '\0';
	return len;
}

void
verdict_add(
    struct verdict *verdict, const char *code, const char *reason, const struct place *place)
{
	if (verdict->count++ >= verdict->max)
		return;
	struct fault *fault = &verdict->faults[verdict->count - 1];
	fault->code = code;
	fault->reason = reason;
	place_text(place, fault->field, sizeof fault->field);
}
