#include <stdio.h>
#include <stdlib.h>

#include "dates.h"
#include "diag.h"
#include "mem.h"
#include "numbers.h"
#include "plan.h"
#include "rec_out.h"
#include "text.h"
#include "when.h"

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
		if (columns[i] == (long)column)
			add_output(plan,
			    (struct output){ .column = column,
				.name = span(field->name), .field = field,
				    .spelling = spelling_new(field) });
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

static bool
is_instant(const char *name, struct span cell)
{
	size_t len = strlen(name);
	int64_t instant;

	return len > 3 && strcmp(name + len - 3, "_at") == 0 && when_instant(cell, &instant);
}

static bool
convert_date(const struct map_field *field, struct span cell, struct value *value)
{
	int32_t day;

	if (field->dates == NULL || is_instant(field->name, cell))
		return true;
	if (!dates_read(field->dates, cell, &day)) {
		value->code = "date_format";
		snprintf(value->reason, sizeof value->reason, "must be a day written %s",
		    field->dates);
		return false;
	}
	when_text(day, value->own);
	value->text = (struct span){ value->own, WHEN_DAY_LEN };
	value->kind = VALUE_PLAIN;
	return true;
}

/* Text that is no number stays text: somebody else will refuse it, naming the field. */
static void
convert_number(const struct map *map, struct span cell, struct value *value)
{
	char decimal = map->decimal != '\0' ? map->decimal : '.';
	struct span number = cell;

	if (map->decimal != '\0' || map->thousands != '\0') {
		number.at = value->own;
		if (!numbers_read(cell, decimal, map->thousands, value->own, &number.len))
			return;
		value->own[number.len] = '\n';
	}
	if (number_end(number.at, NULL) == number.at + number.len) {
		value->text = number;
		value->kind = VALUE_NUMBER;
	}
}

static void
use_spelling(const struct spelling *spelling, struct span cell, struct value *value)
{
	value->text = spelling_of(spelling, cell, &value->repaired);
	if (value->text.at != cell.at)
		value->kind = spelling_is_plain(spelling) ? VALUE_PLAIN : VALUE_TEXT;
}

bool
plan_value(const struct plan *plan, const struct output *output, const struct row *row,
    struct value *value)
{
	struct span cell = row->cells[output->column];

	value->text = cell;
	value->kind = row->plain ? VALUE_PLAIN : VALUE_TEXT;
	value->repaired = false;
	if (output->spelling != NULL)
		use_spelling(output->spelling, cell, value);
	else if (output->field == NULL || cell.len == 0)
		return true;
	else if (output->field->type == MAP_DATE)
		return convert_date(output->field, cell, value);
	else if (output->field->type == MAP_NUMBER)
		convert_number(plan->map, cell, value);
	return true;
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
