#include <stdlib.h>

#include "mem.h"
#include "objects.h"
#include "rec_out.h"
#include "text.h"

struct objects {
	struct deals *deals;
	json_t *columns;
	struct span *cells;
	char *texts; /* of the cells that are not texts of the record itself */
	size_t used, room;
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

	objects->columns = objects_columns(taking->map);
	size_t count = json_array_size(objects->columns);
	objects->cells = mem_new(count + 1, sizeof *objects->cells);
	json_array_foreach (objects->columns, i, name)
		objects->cells[i] =
		    (struct span){ json_string_value(name), json_string_length(name) };
	objects->row = (struct row){ .count = count, .cells = objects->cells };
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

/* Whoever looks how far a number goes may look a little past its end. */
static struct span
add_text(struct objects *objects, const char *text, size_t len)
{
	char *copy = objects->texts + objects->used;

	memcpy(copy, text, len);
	copy[len] = '\n';
	objects->used += len + 1;
	return (struct span){ copy, len };
}

/* Room for all that a record can need, since the cells point into it. */
static void
make_room(struct objects *objects, size_t bytes)
{
	size_t worst = bytes * (objects->row.count + 1) + 64 + TEXT_SLACK;

	objects->used = 0;
	if (worst > objects->room) {
		objects->texts = mem_grow(objects->texts, worst, 1);
		memset(objects->texts + objects->room, '\n', worst - objects->room);
		objects->room = worst;
	}
}

static struct span
cell_of(struct objects *objects, const json_t *value)
{
	struct span cell = { "", 0 };
	size_t len;

	if (value == NULL || json_is_null(value))
		return cell;
	if (json_is_string(value))
		return add_text(objects, json_string_value(value), json_string_length(value));
	char *text = rec_json(value, &len);
	cell = add_text(objects, text, len);
	free(text);
	return cell;
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

	make_room(objects, len);
	objects->row.code = NULL;
	json_array_foreach (objects->columns, i, name)
		objects->cells[i] = cell_of(objects, value_of(record, json_string_value(name)));
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
	free(objects->cells);
	free(objects->texts);
	free(objects);
}
