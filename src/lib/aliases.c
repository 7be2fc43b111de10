#include <stdlib.h>
#include <string.h>

#include "aliases.h"
#include "conf.h"
#include "mem.h"
#include "names.h"
#include "schema.h"

/* The file itself, so that what people read is what is checked. */
__asm__(".section .rodata\n"
	".global schema_aliases\n"
	"schema_aliases: .incbin \"schemas/aliases.json\"\n"
	".byte 0\n"
	".previous");
extern const char schema_aliases[];

struct dimension {
	const char *name;
	struct names *old;
	const char **now; /* by the number of the old name */
	json_t *oldest; /* name of today: first name */
};

struct aliases {
	struct conf *conf;
	struct dimension *list;
	size_t count;
};

/* What it is called at the end of all renames. */
static const char *
end_of_chain(
    const struct conf *conf, const char *dimension, const json_t *renames, const char *value)
{
	size_t steps = json_object_size(renames);
	const char *now = value, *next;

	while ((next = json_string_value(json_object_get(renames, now))) != NULL) {
		if (steps-- == 0) {
			char *base = conf_below("", dimension);
			conf_die(conf, conf_below(base, value), "\"%s\" comes round to itself",
			    value);
		}
		now = next;
	}
	return now;
}

static bool
is_renamed_to(const json_t *renames, const char *value)
{
	const char *old;
	json_t *now;

	json_object_foreach ((json_t *)renames, old, now)
		if (strcmp(json_string_value(now), value) == 0)
			return true;
	return false;
}

static struct dimension
read_dimension(const struct conf *conf, const char *name, json_t *renames)
{
	struct dimension dimension = { .name = name,
		.old = names_new(),
		.now = mem_new(json_object_size(renames) + 1, sizeof *dimension.now),
		.oldest = json_object() };
	const char *old;
	json_t *unused;

	json_object_foreach (renames, old, unused) {
		const char *now = end_of_chain(conf, name, renames, old);
		dimension.now[names_add(dimension.old, span(old))] = now;
		if (!is_renamed_to(renames, old)
		    && json_object_get(dimension.oldest, now) == NULL)
			json_object_set_new(dimension.oldest, now, json_string(old));
	}
	return dimension;
}

struct aliases *
aliases_load(const char *path)
{
	if (path == NULL)
		return NULL;

	struct aliases *aliases = mem_new(1, sizeof *aliases);
	struct conf *conf = aliases->conf = conf_load(path);
	json_t *renames;
	const char *name;

	schema_conf_text(conf, "schemas/aliases.json", schema_aliases);
	aliases->list = mem_new(json_object_size(conf_root(conf)) + 1, sizeof *aliases->list);
	json_object_foreach (conf_root(conf), name, renames)
		if (json_object_size(renames) > 0)
			aliases->list[aliases->count++] = read_dimension(conf, name, renames);
	return aliases;
}

void
aliases_free(struct aliases *aliases)
{
	if (aliases == NULL)
		return;
	for (size_t i = 0; i < aliases->count; i++) {
		names_free(aliases->list[i].old);
		free(aliases->list[i].now);
		json_decref(aliases->list[i].oldest);
	}
	free(aliases->list);
	conf_free(aliases->conf);
	free(aliases);
}

size_t
aliases_count(const struct aliases *aliases)
{
	return aliases != NULL ? aliases->count : 0;
}

const char *
aliases_dimension(const struct aliases *aliases, size_t number)
{
	return aliases->list[number].name;
}

size_t
aliases_find(const struct aliases *aliases, const char *dimension)
{
	size_t number = 0, count = aliases_count(aliases);

	while (number < count && strcmp(aliases->list[number].name, dimension) != 0)
		number++;
	return number;
}

const char *
aliases_now(const struct aliases *aliases, size_t number, struct span value)
{
	const struct dimension *dimension = &aliases->list[number];
	uint32_t old;

	return names_find(dimension->old, value, &old) ? dimension->now[old] : NULL;
}

json_t *
aliases_oldest(const struct aliases *aliases, const json_t *segment)
{
	json_t *first = json_copy((json_t *)segment), *value;
	const char *name;

	json_object_foreach ((json_t *)segment, name, value) {
		size_t number = aliases_find(aliases, name);
		const char *text = json_string_value(value);
		if (number == aliases_count(aliases) || text == NULL)
			continue;
		json_t *oldest = json_object_get(aliases->list[number].oldest, text);
		if (oldest != NULL)
			json_object_set(first, name, oldest);
	}
	return first;
}
