#include <stdio.h>
#include <string.h>

#include "mem.h"
#include "words_part.h"

/* Dimensions in the order people say them; others follow as they come. */
static const char *const spoken[] = { "product_type", "industry", "region", "lead_source",
	"sales_rep_id", NULL };
static const char *const spoken_team[] = { "region", "product_type", "industry", "lead_source",
	"sales_rep_id", NULL };

static bool
is_spoken(const char *const *order, const char *name)
{
	while (*order != NULL && strcmp(*order, name) != 0)
		order++;
	return *order != NULL;
}

/* As the company shows it. */
const char *
words_shown(
    const struct subject *s, const char *style, const char *dimension, const char *value)
{
	const json_t *names = json_object_get(json_object_get(s->company, style), dimension);
	const char *shown = text_of(names, value);

	return shown != NULL ? shown : value;
}

static void
say_value(FILE *out, const struct subject *s, const char *style, const char *joint,
    const char *dimension)
{
	const char *value = text_of(json_object_get(s->alert, "segment"), dimension);

	if (value != NULL)
		fprintf(out, "%s%s", ftello(out) > 0 ? joint : "",
		    words_shown(s, style, dimension, value));
}

static json_t *
segment_said(const struct subject *s, const char *const *order, const char *style,
    const char *joint, const char *all)
{
	json_t *segment = json_object_get(s->alert, "segment"), *value;
	const char *dimension;
	char *text;
	size_t len;

	if (!json_is_object(segment))
		return NULL;
	if (json_object_size(segment) == 0)
		return json_string(all);
	FILE *out = mem_stream(&text, &len);
	for (const char *const *next = order; *next != NULL; next++)
		say_value(out, s, style, joint, *next);
	json_object_foreach (segment, dimension, value)
		if (!is_spoken(order, dimension))
			say_value(out, s, style, joint, dimension);
	mem_stream_end(out, &text);
	return owned(text);
}

json_t *
words_segment(const struct subject *s)
{
	return segment_said(s, spoken, "display", " + ", "Whole company");
}

json_t *
words_team(const struct subject *s)
{
	return segment_said(s, spoken_team, "short", " ", "sales");
}
