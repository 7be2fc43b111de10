#include <stdlib.h>

#include "diag.h"
#include "mem.h"
#include "plan.h"
#include "rec_out.h"

enum { NONE = -1, NAME_ROOM = 8 };

/* The column of that name, else one that differs in case and blanks only. */
static long
column_named(const struct row *header, struct span name, const char *file)
{
	long found = NONE, near = NONE;

	for (size_t i = 0; i < header->count; i++) {
		if (span_equal(header->cells[i], name)) {
			if (found != NONE)
				die(EX_DATAERR,
				    "%s:%zu: two columns \"%.*s\"; only one can be read", file,
				    header->line, (int)name.len, name.at);
			found = (long)i;
		} else if (near == NONE && spelling_alike(header->cells[i], name)) {
			near = (long)i;
		}
	}
	return found != NONE ? found : near;
}

static long
column_of(const struct row *header, const struct map_field *field, const char *file)
{
	long column = NONE;

	for (size_t i = 0; column == NONE && i < json_array_size(field->from); i++) {
		const json_t *name = json_array_get(field->from, i);
		column = column_named(header,
		    (struct span){ json_string_value(name), json_string_length(name) }, file);
	}
	return column;
}

static void
add_output(struct plan *plan, struct output output)
{
	output.key = rec_key(output.name);
	plan->outputs = mem_grow(plan->outputs, plan->count + 1, sizeof *plan->outputs);
	plan->outputs[plan->count++] = output;
	plan->overhead +=
	    2 * (output.key.len + NAME_ROOM) + spelling_longest(output.spelling) + VALUE_MAX;
}

static bool
is_taken(json_t *names, const char *name)
{
	return json_object_get(names, name) != NULL;
}

static void
take_name(json_t *names, const char *name)
{
	if (json_object_set_new(names, name, json_true()) != 0)
		die(EX_OSERR, "plan: out of memory");
}

static json_t *
names_taken(const struct map *map)
{
	static const char *const ours[] = { "kind", "v", "source", "line", "offset",
		"repaired" };
	json_t *names = json_object();

	for (size_t i = 0; i < sizeof ours / sizeof *ours; i++)
		take_name(names, ours[i]);
	for (size_t i = 0; i < map->count; i++)
		take_name(names, map->fields[i].name);
	return names;
}

/* A name for a column that the map does not know, which nothing else has. */
static struct span
name_for(json_t *names, struct span cell, size_t column)
{
	char *wanted =
	    cell.len > 0 ? mem_copy(cell.at, cell.len) : mem_printf("column_%zu", column + 1);
	char *name = mem_copy(wanted, strlen(wanted));

	for (unsigned i = 2; is_taken(names, name); i++) {
		free(name);
		name = mem_printf("%s_%u", wanted, i);
	}
	take_name(names, name);
	free(wanted);
	return span(name);
}

/* For each field of the map its column, or NONE. */
static long *
find_columns(const struct map *map, const struct row *header, const char *file)
{
	long *columns = mem_new(map->count, sizeof *columns);

	for (size_t i = 0; i < map->count; i++) {
		const char *name = map->fields[i].name;
		columns[i] = column_of(header, &map->fields[i], file);
		if (columns[i] == NONE
		    && (strcmp(name, "deal_id") == 0 || strcmp(name, "outcome") == 0))
			die(EX_DATAERR,
			    "%s:%zu: no column \"%s\" for %s; a map says what columns mean: "
			    "fetch csv --suggest-map writes one",
			    file, header->line,
			    json_string_value(json_array_get(map->fields[i].from, 0)), name);
	}
	return columns;
}

static void
plan_column(struct plan *plan, const struct row *header, size_t column, const long *columns,
    json_t *names)
{
	size_t before = plan->count;

	for (size_t i = 0; i < plan->map->count; i++) {
		const struct map_field *field = &plan->map->fields[i];
		if (columns[i] != (long)column)
			continue;
		struct output output = { .column = column,
			.name = span(field->name), .map = plan->map, .field = field,
			    .spelling = spelling_new(field) };
		output.convert = convert_how(field, output.spelling);
		add_output(plan, output);
	}
	if (plan->count == before && !plan->map->drops_others)
		add_output(plan,
		    (struct output){ .column = column,
			.name = name_for(names, header->cells[column], column) });
	if (plan->count - before > plan->most_uses)
		plan->most_uses = plan->count - before;
}

struct plan *
plan_new(const struct map *map, const struct row *header, const char *file)
{
	struct plan *plan = mem_new(1, sizeof *plan);
	long *columns = find_columns(map, header, file);
	json_t *names = names_taken(map);

	plan->map = map;
	plan->width = header->count;
	for (size_t i = 0; i < header->count; i++)
		plan_column(plan, header, i, columns, names);
	for (size_t i = 0; i < plan->count; i++) {
		const struct map_field *field = plan->outputs[i].field;
		if (field != NULL && strcmp(field->name, "outcome") == 0)
			plan->outcome = &plan->outputs[i];
		plan->conditional |= field != NULL && field->when != MAP_ALWAYS;
	}
	json_decref(names);
	free(columns);
	return plan;
}

void
plan_free(struct plan *plan)
{
	for (size_t i = 0; i < plan->count; i++) {
		free((char *)plan->outputs[i].key.at);
		if (plan->outputs[i].field == NULL)
			free((char *)plan->outputs[i].name.at);
		spelling_free(plan->outputs[i].spelling);
	}
	free(plan->outputs);
	free(plan);
}
