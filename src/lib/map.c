#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conf.h"
#include "map.h"
#include "mem.h"

/* The file itself, so that there is one default map and not two that drift apart. */
__asm__(".section .rodata\n"
	".global map_default\n"
	"map_default: .incbin \"pipelines/conf/maps/default.json\"\n"
	".byte 0\n"
	".previous");
extern const char map_default[];

const char map_instants[] = "instant";

enum { NAME_MAX_BYTES = 100 };

struct place {
	char text[256];
};

static struct place
in_map(const char *group, const char *name, const char *key)
{
	struct place place;

	snprintf(place.text, sizeof place.text, "/%s%s%s%s%s", group, *name != '\0' ? "/" : "",
	    name, *key != '\0' ? "/" : "", key);
	return place;
}

static _Noreturn void
wrong(const struct map *map, const char *group, const struct map_field *field, const char *key,
    const char *why)
{
	conf_die(map->conf, in_map(group, field->name, key).text, "%s", why);
}

/* Each of YYYY, MM and DD once, hh mm ss at most once, and between them no letter or digit. */
static bool
is_date_format(const char *format)
{
	static const char *const parts[] = { "YYYY", "MM", "DD", "hh", "mm", "ss" };
	size_t met[6] = { 0 };

	while (*format != '\0') {
		size_t i = 0;
		while (i < 6 && strncmp(format, parts[i], strlen(parts[i])) != 0)
			i++;
		if (i < 6)
			met[i]++;
		else if (strchr("-/. :TZ", *format) == NULL)
			return false;
		format += i < 6 ? strlen(parts[i]) : 1;
	}
	return met[0] == 1 && met[1] == 1 && met[2] == 1 && met[3] <= 1 && met[4] <= 1
	    && met[5] <= 1;
}

static const char *
date_format(const struct map *map, const char *pointer, const char *otherwise)
{
	const char *format = conf_text(map->conf, pointer, otherwise);

	if (format == NULL || strcmp(format, "YYYY-MM-DD") == 0)
		return NULL;
	if (strcmp(format, map_instants) == 0)
		return map_instants;
	if (!is_date_format(format))
		conf_die(map->conf, pointer,
		    "must say where YYYY, MM and DD stand, as \"DD/MM/YYYY\", or be "
		    "\"instant\"");
	return format;
}

static bool
all_text(const json_t *values)
{
	const char *key;
	json_t *value;
	size_t i;

	json_array_foreach (values, i, value)
		if (!json_is_string(value))
			return false;
	json_object_foreach ((json_t *)values, key, value)
		if (!json_is_string(value))
			return false;
	return true;
}

static void
read_from(
    const struct map *map, const char *group, struct map_field *field, const json_t *object)
{
	const json_t *from = json_object_get(object, "from");

	if (from == NULL)
		field->from = json_pack("[s]", field->name);
	else
		field->from =
		    json_is_array(from) ? json_copy((json_t *)from) : json_pack("[O]", from);
	if (json_array_size(field->from) == 0 || !all_text(field->from))
		wrong(map, group, field, "from", "must be the name of a column, or several");
}

/* Which of three words stands there; the first if none does. */
static int
read_word(const struct map *map, const char *group, const struct map_field *field,
    const char *key, const char *const words[3])
{
	const char *word = conf_text(map->conf, in_map(group, field->name, key).text, words[0]);
	int i = 0;

	while (i < 3 && strcmp(word, words[i]) != 0)
		i++;
	if (i == 3)
		conf_die(map->conf, in_map(group, field->name, key).text,
		    "must be %s, %s or %s", words[0], words[1], words[2]);
	return i;
}

static void
read_words(const struct map *map, const char *group, struct map_field *field)
{
	static const char *const types[] = { "text", "number", "date" };
	static const char *const whens[] = { "always", "open", "decided" };

	field->type = (enum map_type)read_word(map, group, field, "type", types);
	field->when = (enum map_when)read_word(map, group, field, "when", whens);
	if (field->when != MAP_ALWAYS && strcmp(field->name, "outcome") == 0)
		wrong(map, group, field, "when", "an outcome is always there");
}

static void
read_values(
    const struct map *map, const char *group, struct map_field *field, const json_t *object)
{
	field->values = json_object_get(object, "values");
	field->known = json_object_get(object, "known");
	if (field->values != NULL
	    && (!json_is_object(field->values) || !all_text(field->values)))
		wrong(map, group, field, "values", "must say for each text which text we say");
	if (field->known != NULL && (!json_is_array(field->known) || !all_text(field->known)))
		wrong(map, group, field, "known", "must be a list of texts");
	if (field->type != MAP_TEXT && (field->values != NULL || field->known != NULL))
		wrong(map, group, field, "type", "only a text has values or known spellings");
}

static bool
is_ours(const char *name)
{
	static const char *const ours[] = { "", "kind", "v", "source", "line", "offset",
		"repaired" };

	for (size_t i = 0; i < sizeof ours / sizeof *ours; i++)
		if (strcmp(name, ours[i]) == 0)
			return true;
	return false;
}

static bool
is_taken(const struct map *map, const char *name)
{
	for (size_t i = 0; i < map->count; i++)
		if (strcmp(map->fields[i].name, name) == 0)
			return true;
	return false;
}

static void
read_field(struct map *map, const char *group, const char *name, const json_t *object)
{
	static const char *const keys[] = { "from", "type", "dates", "values", "known",
		"required", "when", NULL };
	struct map_field field = { .name = name };

	field.dimension = strcmp(group, "dimensions") == 0;
	if (is_ours(name) || strlen(name) > NAME_MAX_BYTES || strpbrk(name, "\"\\/~") != NULL)
		wrong(map, group, &field, "", "cannot be the name of a field");
	if (is_taken(map, name))
		wrong(map, group, &field, "", "is there twice");
	conf_only(map->conf, in_map(group, name, "").text, keys);
	read_from(map, group, &field, object);
	read_words(map, group, &field);
	read_values(map, group, &field, object);
	field.dates = date_format(
	    map, in_map(group, name, "dates").text, conf_text(map->conf, "/dates", NULL));
	field.required = conf_truth(map->conf, in_map(group, name, "required").text, false);
	map->fields = mem_grow(map->fields, map->count + 1, sizeof *map->fields);
	map->fields[map->count++] = field;
}

static void
read_fields(struct map *map, const char *group)
{
	json_t *objects = json_object_get(conf_root(map->conf), group), *object;
	const char *name;

	if (objects != NULL && !json_is_object(objects))
		conf_die(map->conf, in_map(group, "", "").text, "must be an object");
	json_object_foreach (objects, name, object)
		read_field(map, group, name, object);
}

static char
read_mark(const struct map *map, const char *pointer)
{
	const char *text = conf_text(map->conf, pointer, NULL);

	if (text == NULL)
		return '\0';
	if (strlen(text) != 1 || strchr("\"-\r\n", *text) != NULL || (unsigned char)*text > 126
	    || (*text >= '0' && *text <= '9') || ((*text | ' ') >= 'a' && (*text | ' ') <= 'z'))
		conf_die(
		    map->conf, pointer, "must be one character, no letter, digit, quote or -");
	return *text;
}

static void
read_marks(struct map *map)
{
	const char *others = conf_text(map->conf, "/others", "keep");

	map->separator = read_mark(map, "/separator");
	map->decimal = read_mark(map, "/decimal");
	map->thousands = read_mark(map, "/thousands");
	if (map->separator == '.')
		conf_die(map->conf, "/separator", "cannot be the decimal mark");
	if (map->thousands != '\0'
	    && map->thousands == (map->decimal != '\0' ? map->decimal : '.'))
		conf_die(map->conf, "/thousands", "must differ from the decimal mark");
	if (strcmp(others, "keep") != 0 && strcmp(others, "drop") != 0)
		conf_die(map->conf, "/others", "must be keep or drop");
	map->drops_others = strcmp(others, "drop") == 0;
}

static void
need_field(const struct map *map, const char *name)
{
	if (!is_taken(map, name))
		conf_die(map->conf, "/fields", "must say which column is the %s", name);
}

struct map *
map_load(const char *path)
{
	static const char *const keys[] = { "$schema", "fields", "dimensions", "dates",
		"separator", "decimal", "thousands", "others", "notes", NULL };
	struct map *map = mem_new(1, sizeof *map);

	map->conf = path != NULL ? conf_load(path) : conf_from("default map", map_default);
	conf_only(map->conf, "", keys);
	date_format(map, "/dates", NULL);
	read_marks(map);
	read_fields(map, "fields");
	read_fields(map, "dimensions");
	need_field(map, "deal_id");
	need_field(map, "outcome");
	map->dimensions = mem_new(map->count, sizeof *map->dimensions);
	for (size_t i = 0; i < map->count; i++)
		if (map->fields[i].dimension)
			map->dimensions[map->dimension_count++] = map->fields[i].name;
	return map;
}

const char *const *
map_dimensions(const struct map *map, size_t *count)
{
	*count = map->dimension_count;
	return map->dimensions;
}

const char *
map_from(const struct map *map, const char *field)
{
	for (size_t i = 0; i < map->count; i++)
		if (strcmp(map->fields[i].name, field) == 0)
			return json_string_value(json_array_get(map->fields[i].from, 0));
	return NULL;
}

bool
map_required(const struct map *map, const char *dimension)
{
	for (size_t i = 0; i < map->count; i++)
		if (strcmp(map->fields[i].name, dimension) == 0)
			return map->fields[i].required;
	return false;
}

void
map_free(struct map *map)
{
	for (size_t i = 0; i < map->count; i++)
		json_decref(map->fields[i].from);
	conf_free(map->conf);
	free(map->dimensions);
	free(map->fields);
	free(map);
}
