#include <jansson.h>
#include <stdlib.h>

#include "diag.h"
#include "mem.h"
#include "rec_out.h"
#include "segment.h"

static char *
text_of(const struct span *names, const struct span *words, size_t count)
{
	char *text = mem_copy("", 0);

	for (size_t i = 0; i < count; i++) {
		char *longer = mem_printf("%s%s%.*s=%.*s", text, i > 0 ? "," : "",
		    (int)names[i].len, names[i].at, (int)words[i].len, words[i].at);
		free(text);
		text = longer;
	}
	return text;
}

static char *
json_of(const struct span *names, const struct span *words, size_t count)
{
	json_t *json = json_object();

	for (size_t i = 0; i < count; i++)
		if (json_object_setn_new(json, names[i].at, names[i].len,
			json_stringn(words[i].at, words[i].len))
		    != 0)
			die(EX_OSERR, "segment: out of memory");
	char *text = json_dumps(json, JSON_COMPACT);
	if (text == NULL)
		die(EX_OSERR, "segment: out of memory");
	json_decref(json);
	return text;
}

struct segment
segment_of(const struct span *names, const struct span *words, size_t count)
{
	return (struct segment){ text_of(names, words, count), json_of(names, words, count) };
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
