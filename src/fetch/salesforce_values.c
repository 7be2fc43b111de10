#include <stdlib.h>
#include <string.h>

#include "convert.h"
#include "mem.h"
#include "rec_out.h"
#include "salesforce_history.h"
#include "salesforce_soql.h"
#include "text.h"

/* What a history calls the field that a column is of: Owner for OwnerId and Owner.Name. */
static char *
tracked_name(const char *column)
{
	size_t len = strlen(column), first = strcspn(column, ".");
	bool is_path = column[first] == '.';

	if (is_path && strcmp(column + first, ".Name") != 0)
		return NULL;
	if (is_path && first > 3 && strncmp(column + first - 3, "__r", 3) == 0)
		return mem_printf("%.*s__c", (int)first - 3, column);
	if (is_path)
		return mem_copy(column, first);
	if (len > 2 && strcmp(column + len - 2, "Id") == 0)
		return mem_copy(column, len - 2);
	return mem_copy(column, len);
}

struct history_fields
history_fields(const struct map *map)
{
	struct history_fields all = { .fields = mem_new(map->count + 1, sizeof *all.fields) };

	for (size_t i = 0; i < map->count; i++) {
		const struct map_field *field = &map->fields[i];
		const char *column = json_string_value(json_array_get(field->from, 0));
		char *tracked = soql_is_ours(column) || strcmp(column, "Id") == 0
			|| field->when == MAP_DECIDED
		    ? NULL
		    : tracked_name(column);
		if (tracked != NULL)
			all.fields[all.count++] = (struct history_field){ field->name, field,
				column, tracked, spelling_new(field) };
	}
	return all;
}

void
history_fields_release(struct history_fields *all)
{
	for (size_t i = 0; i < all->count; i++) {
		free((char *)all->fields[i].tracked);
		spelling_free(all->fields[i].spelling);
	}
	free(all->fields);
}

/* Of a reference to another record it has two rows: of its Id, and of its name. */
bool
history_tells(const struct history_field *field, const json_t *value)
{
	size_t len = strlen(field->column);
	const char *text = json_string_value(value);
	bool wants_id = len > 2 && strcmp(field->column + len - 2, "Id") == 0;

	if (value == NULL || json_is_null(value))
		return true;
	if (wants_id)
		return soql_is_id(text);
	return !soql_is_id(text) || strlen(text) != 18 || strpbrk(text, "0123456789") == NULL;
}

json_t *
history_number(const json_t *text)
{
	size_t len = json_string_length(text);
	char *copy = mem_printf("%s\n%*s", json_string_value(text), TEXT_SLACK, "");
	bool is_number = len > 0 && number_end(copy, NULL) == copy + len;
	json_t *number =
	    is_number ? json_real(strtod(copy, NULL)) : json_string(json_string_value(text));

	free(copy);
	return number;
}

static json_t *
converted(const struct map *map, const struct history_field *field, struct span text)
{
	struct output output = { .map = map,
		.field = field->field,
		.spelling = field->spelling,
		.convert = convert_how(field->field, field->spelling) };
	struct value value = { .text = text };

	if (output.convert != NULL && !output.convert(&output, &value))
		return NULL;
	if (value.text.len == 0)
		return NULL;
	if (value.kind == VALUE_NUMBER) {
		json_t *string = json_stringn(value.text.at, value.text.len);
		json_t *number = history_number(string);
		json_decref(string);
		return number;
	}
	return json_stringn(value.text.at, value.text.len);
}

/* A new reference; NULL: the field is not there with it. */
json_t *
history_value(const struct map *map, const struct history_field *field, const json_t *value)
{
	char *text, *slack;
	size_t len;

	if (value == NULL || json_is_null(value))
		return NULL;
	if (json_is_string(value)) {
		len = json_string_length(value);
		text = mem_copy(json_string_value(value), len);
	} else {
		text = rec_json(value, &len);
	}
	slack = mem_printf("%s\n%*s", text, TEXT_SLACK, "");
	json_t *ours = converted(map, field, (struct span){ slack, len });
	free(slack);
	free(text);
	return ours;
}
