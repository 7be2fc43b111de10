#include <jansson.h>
#include <stdlib.h>

#include "mem.h"
#include "person.h"
#include "store_doc.h"

static bool
is_delivery(struct span line)
{
	json_t *record = json_loadb(line.at, line.len, 0, NULL);
	bool rendered = json_is_object(json_object_get(record, "content"));

	json_decref(record);
	return rendered;
}

/* What was rendered may say it in ways that nobody can replace. */
static char *
without_content(struct span line)
{
	static const char *const content[] = { "content", NULL };
	char *less = mem_new(line.len + 1, 1);

	less[doc_without(line, content, less)] = '\0';
	struct span with = doc_with(
	    span(less), span("content"), span("{\"type\":\"text/plain\",\"body\":\"erased\"}"));
	char *text = mem_copy(with.at, with.len);
	free((char *)with.at);
	free(less);
	return text;
}

struct span
person_erased(const struct person *person, struct span line)
{
	struct span none = { NULL, 0 };

	if (!person_in(person, line))
		return none;
	/* Ends in a NUL, so that nothing looks past it. */
	char *copy = mem_copy(line.at, line.len);
	if (is_delivery(line)) {
		char *less = without_content(span(copy));
		free(copy);
		copy = less;
	}
	struct span replaced = person_replaced(person, span(copy));
	if (replaced.at == NULL)
		return span(copy);
	free(copy);
	return replaced;
}
