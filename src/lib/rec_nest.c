#include "rec_nest.h"
#include "span.h"
#include "text.h"

/* More is left to jansson: looking a name up among its elders is quick for a few only. */
enum { DEPTH = 8, VALUES = 400, NAMES = 64 };

struct room {
	int depth, values; /* what is left of them */
};

static const char *value_end(const char *p, struct room *);

/* Past what follows a value: `close`, and then there is no more, or a comma. */
static const char *
step(const char *p, char close, bool *more)
{
	*more = false;
	if (p == NULL)
		return NULL;
	p = blanks_end(p);
	*more = *p == ',';
	if (*more)
		return blanks_end(p + 1);
	return *p == close ? p + 1 : NULL;
}

static const char *
array_end(const char *p, struct room *room)
{
	bool more = true;

	p = blanks_end(p + 1);
	if (*p == ']')
		return p + 1;
	while (more)
		p = step(value_end(p, room), ']', &more);
	return p;
}

static const char *
name_end(const char *p, struct span *name)
{
	const char *quote = *p == '"' ? text_end(p + 1) : NULL;

	if (quote == NULL)
		return NULL;
	*name = (struct span){ p + 1, (size_t)(quote - p) - 1 };
	p = blanks_end(quote + 1);
	return *p == ':' ? blanks_end(p + 1) : NULL;
}

static bool
is_new(const struct span *names, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (span_equal(names[i], names[count]))
			return false;
	return true;
}

static const char *
object_end(const char *p, struct room *room)
{
	struct span names[NAMES];
	bool more = true;

	p = blanks_end(p + 1);
	if (*p == '}')
		return p + 1;
	for (size_t count = 0; more; count++) {
		p = count < NAMES ? name_end(p, &names[count]) : NULL;
		if (p == NULL || !is_new(names, count))
			return NULL;
		p = step(value_end(p, room), '}', &more);
	}
	return p;
}

static const char *
value_end(const char *p, struct room *room)
{
	if (room->values-- == 0)
		return NULL;
	switch (*p) {
	case '[':
	case '{':
		if (room->depth-- == 0)
			return NULL;
		p = *p == '[' ? array_end(p, room) : object_end(p, room);
		room->depth++;
		return p;
	case '"': p = string_end(p + 1); return p != NULL ? p + 1 : NULL;
	case 't': return word_end(p, "true");
	case 'f': return word_end(p, "false");
	case 'n': return word_end(p, "null");
	default: return number_end(p, NULL);
	}
}

const char *
nested_end(const char *p)
{
	struct room room = { DEPTH, VALUES };

	return value_end(p, &room);
}
