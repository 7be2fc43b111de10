#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "rec_out.h"
#include "segment.h"

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void
put_escaped(FILE *to, const char *text)
{
	for (; *text != '\0'; text++) {
		if (strchr(",=\\", *text) != NULL)
			putc('\\', to);
		putc(*text, to);
	}
}

static void
put_value(FILE *to, const json_t *value)
{
	size_t len;

	if (json_is_string(value)) {
		put_escaped(to, json_string_value(value));
		return;
	}
	char *json = rec_json(value, &len);
	put_escaped(to, json);
	free(json);
}

char *
segment_text(const json_t *segment)
{
	size_t count = json_object_size(segment), len, i = 0;
	const char **names = mem_new(count + 1, sizeof *names), *name;
	char *text;
	json_t *value;
	FILE *to = mem_stream(&text, &len);

	json_object_foreach ((json_t *)segment, name, value)
		names[i++] = name;
	qsort(names, count, sizeof *names, by_name);
	for (i = 0; i < count; i++) {
		fputs(i > 0 ? "," : "", to);
		put_escaped(to, names[i]);
		putc('=', to);
		put_value(to, json_object_get(segment, names[i]));
	}
	free(names);
	mem_stream_end(to, &text);
	return text;
}

bool
segment_within(const json_t *part, const json_t *whole)
{
	const json_t *value;
	const char *name;

	json_object_foreach ((json_t *)whole, name, value)
		if (!json_equal(json_object_get(part, name), value))
			return false;
	return true;
}
