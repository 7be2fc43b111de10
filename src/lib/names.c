#include <jansson.h>
#include <stdlib.h>

#include "diag.h"
#include "mem.h"
#include "names.h"

struct names {
	json_t *numbers; /* by text */
	char **texts; /* by number */
	uint32_t count, room;
};

struct names *
names_new(void)
{
	struct names *names = mem_new(1, sizeof *names);

	names->numbers = json_object();
	if (names->numbers == NULL)
		die(EX_OSERR, "names: out of memory");
	return names;
}

bool
names_find(const struct names *names, struct span text, uint32_t *number)
{
	const json_t *known = json_object_getn(names->numbers, text.at, text.len);

	if (known != NULL)
		*number = (uint32_t)json_integer_value(known);
	return known != NULL;
}

uint32_t
names_add(struct names *names, struct span text)
{
	uint32_t number;

	if (names_find(names, text, &number))
		return number;
	if (names->count == names->room) {
		names->room = names->room * 2 + 8;
		names->texts = mem_grow(names->texts, names->room, sizeof names->texts[0]);
	}
	if (json_object_setn_new_nocheck(
		names->numbers, text.at, text.len, json_integer(names->count))
	    != 0)
		die(EX_OSERR, "names: out of memory");
	names->texts[names->count] = mem_copy(text.at, text.len);
	return names->count++;
}

const char *
names_text(const struct names *names, uint32_t number)
{
	return names->texts[number];
}

uint32_t
names_count(const struct names *names)
{
	return names->count;
}

static int
by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

void
names_sort(struct names *names, uint32_t *now)
{
	uint32_t old = 0;

	if (names->count > 1)
		qsort(names->texts, names->count, sizeof names->texts[0], by_text);
	for (uint32_t i = 0; i < names->count; i++) {
		names_find(names, span(names->texts[i]), &old);
		now[old] = i;
		json_integer_set(json_object_get(names->numbers, names->texts[i]), i);
	}
}

void
names_sort_codes(
    struct names *names, uint32_t *codes, size_t rows, size_t columns, size_t column)
{
	uint32_t *now = mem_new(names_count(names) + 1, sizeof *now);

	names_sort(names, now);
	for (size_t row = 0; row < rows; row++) {
		uint32_t *code = &codes[row * columns + column];
		if (*code != NAMES_NONE)
			*code = now[*code];
	}
	free(now);
}

void
names_free(struct names *names)
{
	for (uint32_t i = 0; i < names->count; i++)
		free(names->texts[i]);
	free(names->texts);
	json_decref(names->numbers);
	free(names);
}
