#include <stdlib.h>

#include "mem.h"
#include "store_doc.h"

static const char *
skip_blanks(const char *p)
{
	while (*p == ' ' || *p == '\t' || *p == '\r')
		p++;
	return p;
}

/* Is the character at p escaped, in a string that begins before it? */
static bool
escaped(const char *p)
{
	const char *first = p;

	while (first[-1] == '\\')
		first--;
	return (p - first) % 2 != 0;
}

/* The byte after the string that begins at p. */
static const char *
string_end(const char *p)
{
	do
		p = strchr(p + 1, '"');
	while (escaped(p));
	return p + 1;
}

static const char *
nested_end(const char *p)
{
	size_t depth = 0;

	do {
		if (*p == '"') {
			p = string_end(p);
			continue;
		}
		depth += *p == '{' || *p == '[';
		depth -= *p == '}' || *p == ']';
		p++;
	} while (depth > 0);
	return p;
}

static const char *
value_end(const char *p)
{
	if (*p == '"')
		return string_end(p);
	if (*p == '{' || *p == '[')
		return nested_end(p);
	while (strchr(",} \t\r", *p) == NULL)
		p++;
	return p;
}

static struct span
between(const char *start, const char *end)
{
	return (struct span){ start, (size_t)(end - start) };
}

bool
doc_next(struct span doc, const char **place, struct doc_field *field)
{
	const char *p = skip_blanks(*place == NULL ? skip_blanks(doc.at) + 1 : *place);

	if (*p == ',')
		p = skip_blanks(p + 1);
	if (*p == '}')
		return false;

	const char *name_end = string_end(p);
	const char *value = skip_blanks(skip_blanks(name_end) + 1);
	*place = value_end(value);
	field->name = between(p + 1, name_end - 1);
	field->value = between(value, *place);
	field->whole = between(p, *place);
	return true;
}

struct span
doc_value(struct span doc, struct span name)
{
	const char *place = NULL;
	struct doc_field field;

	while (doc_next(doc, &place, &field))
		if (span_equal(field.name, name))
			return field.value;
	return (struct span){ NULL, 0 };
}

static bool
listed(const char *const *names, struct span name)
{
	for (; *names != NULL; names++)
		if (span_is(name, *names))
			return true;
	return false;
}

static char *
put(char *to, struct span text)
{
	memcpy(to, text.at, text.len);
	return to + text.len;
}

/* A field is kept with what stood before it, so that blanks stay as they were. */
size_t
doc_without(struct span doc, const char *const *names, char *to)
{
	const char *place = NULL, *before = skip_blanks(doc.at) + 1;
	struct doc_field field;
	char *end = put(to, between(doc.at, before));
	bool first = true;

	for (; doc_next(doc, &place, &field); before = place) {
		if (listed(names, field.name))
			continue;
		bool comma = first && *skip_blanks(before) == ',';
		end = put(end, between(comma ? field.whole.at : before, place));
		first = false;
	}
	*end++ = '}';
	return (size_t)(end - to);
}

struct span
doc_with(struct span doc, struct span name, struct span value)
{
	char *text = mem_new(doc.len + name.len + value.len + 5, 1), *end = text;

	if (value.at == NULL)
		return (struct span){ text, (size_t)(put(end, doc) - text) };
	end = put(end, (struct span){ doc.at, doc.len - 1 });
	end = put(end, span(",\""));
	end = put(end, name);
	end = put(end, span("\":"));
	end = put(end, value);
	*end++ = '}';
	return (struct span){ text, (size_t)(end - text) };
}
