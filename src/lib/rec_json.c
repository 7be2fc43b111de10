#include <stdio.h>
#include <stdlib.h>

#include "diag.h"
#include "mem.h"
#include "rec.h"
#include "rec_out.h"

enum { SHORTEST = 15, LONGEST = 17 }; /* digits of a double, and those that always do */

static void
put_real(FILE *to, double value)
{
	char text[40];

	for (int digits = SHORTEST; digits <= LONGEST; digits++) {
		snprintf(text, sizeof text, "%.*g", digits, value);
		if (strtod(text, NULL) == value)
			break;
	}
	fputs(text, to);
}

static int
put_bytes(const char *bytes, size_t len, void *to)
{
	return fwrite(bytes, 1, len, to) == len ? 0 : -1;
}

static void put(FILE *to, const json_t *value);

static void
put_members(FILE *to, const json_t *object)
{
	json_t *from = (json_t *)object;
	const char *comma = "";

	fputc('{', to);
	for (void *i = json_object_iter(from); i != NULL; i = json_object_iter_next(from, i)) {
		json_t *key =
		    json_stringn(json_object_iter_key(i), json_object_iter_key_len(i));
		fputs(comma, to);
		put(to, key);
		fputc(':', to);
		put(to, json_object_iter_value(i));
		json_decref(key);
		comma = ",";
	}
	fputc('}', to);
}

static void
put(FILE *to, const json_t *value)
{
	size_t i;
	json_t *element;

	switch (json_typeof(value)) {
	case JSON_OBJECT: put_members(to, value); break;
	case JSON_ARRAY:
		fputc('[', to);
		json_array_foreach (value, i, element) {
			if (i > 0)
				fputc(',', to);
			put(to, element);
		}
		fputc(']', to);
		break;
	case JSON_REAL: put_real(to, json_real_value(value)); break;
	default: json_dump_callback(value, put_bytes, to, JSON_ENCODE_ANY | JSON_COMPACT);
	}
}

char *
rec_json(const json_t *value, size_t *len)
{
	char *text;
	FILE *to = mem_stream(&text, len);

	put(to, value);
	mem_stream_end(to, &text);
	return text;
}

json_t *
rec_object(const struct rec *rec)
{
	json_t *object = json_loadb(rec->line.at, rec->line.len, 0, NULL);

	if (object == NULL) /* rec_next() had it read before */
		die(EX_OSERR, "out of memory");
	return object;
}

struct span
rec_key(struct span name)
{
	size_t len;
	json_t *string = json_stringn(name.at, name.len);
	char *key = rec_json(string, &len);

	json_decref(string);
	key = mem_grow(key, len + 1 + REC_KEY_SLACK, 1);
	key[len] = ':';
	memset(key + len + 1, 0, REC_KEY_SLACK);
	return (struct span){ key, len + 1 };
}
