#include <jansson.h>
#include <stdlib.h>

#include "diag.h"
#include "mem.h"
#include "rec_out.h"
#include "segment.h"

static char *
text_of(const struct condition *conditions, size_t count)
{
	char *text = mem_copy("", 0);

	for (size_t i = 0; i < count; i++) {
		const struct condition *next = &conditions[i];
		char *longer = mem_printf("%s%s%s=%.*s", text, i > 0 ? "," : "", next->name,
		    (int)next->word.len, next->word.at);
		free(text);
		text = longer;
	}
	return text;
}

static char *
json_of(const struct condition *conditions, size_t count)
{
	json_t *json = json_object();

	for (size_t i = 0; i < count; i++)
		if (json_object_set_new(json, conditions[i].name,
			json_stringn(conditions[i].word.at, conditions[i].word.len))
		    != 0)
			die(EX_OSERR, "segment: out of memory");
	char *text = json_dumps(json, JSON_COMPACT);
	if (text == NULL)
		die(EX_OSERR, "segment: out of memory");
	json_decref(json);
	return text;
}

static int
by_name(const void *a, const void *b)
{
	const struct condition *x = a, *y = b;

	return strcmp(x->name, y->name);
}

struct segment
segment_of(struct condition *conditions, size_t count)
{
	qsort(conditions, count, sizeof *conditions, by_name);
	return (struct segment){ text_of(conditions, count), json_of(conditions, count) };
}

/* Two segments may read alike, of values with commas in them. */
int
segment_order(const struct segment *a, const struct segment *b)
{
	int order = strcmp(a->text, b->text);

	return order != 0 ? order : strcmp(a->json, b->json);
}

void
segment_release(struct segment *segment)
{
	free(segment->text);
	free(segment->json);
}
