#include <stdlib.h>

#include "cells.h"
#include "mem.h"
#include "objects.h"
#include "rec_out.h"

struct objects {
	struct taking taking;
	struct deals *deals;
	json_t *columns;
	struct cells cells;
	struct row row;
};

json_t *
objects_columns(const struct map *map)
{
	json_t *columns = json_array(), *met = json_object();

	for (size_t i = 0; i < map->count; i++) {
		json_t *name = json_array_get(map->fields[i].from, 0);
		if (json_object_get(met, json_string_value(name)) != NULL)
			continue;
		json_object_set(met, json_string_value(name), name);
		json_array_append(columns, name);
	}
	json_decref(met);
	return columns;
}

struct objects *
objects_begin(const struct taking *taking, const char *source)
{
	struct objects *objects = mem_new(1, sizeof *objects);
	size_t i;
	json_t *name;

	objects->taking = *taking;
	objects->columns = objects_columns(taking->map);
	objects->cells = cells_new(json_array_size(objects->columns));
	json_array_foreach (objects->columns, i, name)
		objects->cells.at[i] =
		    (struct span){ json_string_value(name), json_string_length(name) };
	objects->row =
	    (struct row){ .count = objects->cells.count, .cells = objects->cells.at };
	objects->deals = deals_begin(taking, &objects->row, source);
	return objects;
}

/* The value of a column: a member of that name, or one of a member. */
static const json_t *
value_of(const json_t *record, const char *column)
{
	const json_t *value = json_object_get(record, column);
	const char *dot = strchr(column, '.');

	if (value != NULL || dot == NULL)
		return value;
	return value_of(json_object_getn(record, column, (size_t)(dot - column)), dot + 1);
}

char *
objects_text(const json_t *record, const char *column)
{
	const json_t *value = value_of(record, column);
	size_t len;

	if (value == NULL || json_is_null(value))
		return NULL;
	if (json_is_string(value))
		return mem_copy(json_string_value(value), json_string_length(value));
	return rec_json(value, &len);
}

static bool
has_nul(const json_t *value)
{
	return json_is_string(value)
	    && strlen(json_string_value(value)) < json_string_length(value);
}

static void
put_value(struct objects *objects, size_t cell, const json_t *record, const char *column)
{
	char *text = objects_text(record, column);

	if (has_nul(value_of(record, column))) {
		objects->row.code = "nul";
		objects->row.reason = "has a NUL byte";
	}
	if (text != NULL)
		cells_put(&objects->cells, cell, span(text));
	free(text);
}

static void
take(struct objects *objects, struct span bytes)
{
	objects->row.line++;
	objects->row.bytes = bytes;
	deals_row(objects->deals, &objects->row);
}

void
objects_take(struct objects *objects, const json_t *record)
{
	size_t i, len;
	json_t *name;
	char *text = rec_json(record, &len);

	/* Several columns may be of one value. */
	cells_begin(&objects->cells, len * objects->cells.count);
	objects->row.code = NULL;
	json_array_foreach (objects->columns, i, name)
		put_value(objects, i, record, json_string_value(name));
	take(objects, (struct span){ text, len });
	free(text);
}

void
objects_refuse(struct objects *objects, struct span bytes, const char *code, const char *reason)
{
	objects->row.code = code;
	objects->row.reason = reason;
	take(objects, bytes);
}

void
objects_pass_over(struct objects *objects)
{
	objects->row.line++;
	objects->taking.tally->sum.in++;
	objects->taking.tally->sum.dropped++;
}

size_t
objects_taken(const struct objects *objects)
{
	return objects->row.line;
}

void
objects_end(struct objects *objects)
{
	if (objects == NULL)
		return;
	deals_end(objects->deals);
	json_decref(objects->columns);
	cells_release(&objects->cells);
	free(objects);
}
