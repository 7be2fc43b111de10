#include <stdlib.h>

#include "draft.h"
#include "mem.h"
#include "spelling.h"

enum { FEW = 30 };

/* Of the spellings that differ in case and blanks only, the most frequent. */
static bool
is_usual(const json_t *values, const char *value, json_int_t times)
{
	const char *other;
	json_t *other_times;

	json_object_foreach ((json_t *)values, other, other_times)
		if (json_integer_value(other_times) > times
		    && spelling_alike(span(value), span(other)))
			return false;
	return true;
}

static int
by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static json_t *
known_of(const struct profile *column)
{
	const char *texts[PROFILE_VALUES], *value;
	json_t *known = draft_sure(json_array()), *times;
	size_t count = 0;

	json_object_foreach (column->values, value, times)
		if (is_usual(column->values, value, json_integer_value(times)))
			texts[count++] = value;
	qsort(texts, count, sizeof *texts, by_text);
	for (size_t i = 0; i < count; i++)
		draft_append(known, json_string(texts[i]));
	return known;
}

static bool
has_few_values(const struct profile *column)
{
	size_t values = json_object_size(column->values);

	return values >= 2 && values <= FEW && column->filled >= 5 * values;
}

static void
add_dimension(struct draft *draft, const char *name, size_t i, bool known)
{
	const struct profile *column = &draft->columns[i];
	json_t *dimension = draft_from(column);

	draft->taken[i] = true;
	if (column->filled == column->rows)
		draft_set(dimension, "required", json_true());
	if (known && has_few_values(column))
		draft_set(dimension, "known", known_of(column));
	draft_set(draft->dimensions, name, dimension);
}

/* region_name for "Region Name"; what no name can have is left out. */
static char *
name_of(struct span column)
{
	char *name = mem_new(column.len + 1, 1);
	size_t len = 0;

	for (size_t i = 0; i < column.len; i++) {
		char c = column.at[i];
		if (c >= 'A' && c <= 'Z')
			name[len++] = (char)(c - 'A' + 'a');
		else if (strchr("\"\\/~ \t-.", c) == NULL)
			name[len++] = c;
		else if (len > 0 && name[len - 1] != '_')
			name[len++] = '_';
	}
	name[len] = '\0';
	return name;
}

static void
draft_known_dimensions(struct draft *draft)
{
	static const char *const names[] = { "industry", "lead_source", "product_type",
		"region", "sales_rep_id" };

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		long column = draft_column(draft, names[i], false);
		if (column != DRAFT_NONE)
			add_dimension(draft, names[i], (size_t)column,
			    strcmp(names[i], "sales_rep_id") != 0);
	}
}

static bool
is_name_taken(const struct draft *draft, const char *name)
{
	return *name == '\0' || json_object_get(draft->fields, name) != NULL
	    || json_object_get(draft->dimensions, name) != NULL;
}

void
draft_dimensions(struct draft *draft)
{
	draft_known_dimensions(draft);
	for (size_t i = 0; i < draft->count; i++) {
		const struct profile *column = &draft->columns[i];
		const char *rival;
		char decimal, thousands;
		if (draft->taken[i] || !has_few_values(column)
		    || profile_dates(column, &rival) != NULL
		    || profile_marks(column, &decimal, &thousands))
			continue;
		char *name = name_of(column->name);
		if (!is_name_taken(draft, name))
			add_dimension(draft, name, i, true);
		free(name);
	}
}
