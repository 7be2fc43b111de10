/*
 * plan - what becomes of each cell of a row, once the header is known.
 *
 * A column goes into every field that the map takes from it; one that no field takes goes
 * out under its own name.  A name that is ours or already taken gets a number (source_2), a
 * column without one is column_N.  Without a column for deal_id and outcome, or with two
 * for a field, the program ends (65) and says what to do.
 *
 * plan_value() does what the map says of a cell; false with a code and a reason if it cannot.
 */
#ifndef PLAN_H
#define PLAN_H

#include "convert.h"
#include "rows.h"

struct plan {
	const struct map *map;
	size_t width;
	struct output *outputs; /* by column */
	size_t count;
	const struct output *outcome;
	bool conditional; /* some fields depend on the outcome */
	size_t most_uses; /* of one column */
	size_t overhead; /* bytes of a record, at most, that are not cells */
};

struct plan *plan_new(const struct map *, const struct row *header, const char *file);
void plan_free(struct plan *);

static inline bool
plan_value(const struct output *output, const struct row *row, struct value *value)
{
	value->text = row->cells[output->column];
	value->kind = row->plain ? VALUE_PLAIN : VALUE_TEXT;
	value->repaired = false;
	return output->convert == NULL || output->convert(output, value);
}

#endif
