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

#include "map.h"
#include "rows.h"
#include "spelling.h"

enum { VALUE_MAX = 64 };

struct output {
	size_t column;
	struct span key, name; /* the name also as rec_key makes it */
	const struct map_field *field; /* NULL: the cell as it is */
	struct spelling *spelling;
};

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

struct value {
	struct span text; /* empty: the field is not there */
	enum value_kind { VALUE_TEXT, VALUE_PLAIN, VALUE_NUMBER } kind; /* plain: no escapes */
	bool repaired;
	char own[VALUE_MAX]; /* what was converted stands here */
	const char *code;
	char reason[120];
};

struct plan *plan_new(const struct map *, const struct row *header, const char *file);
bool plan_value(const struct plan *, const struct output *, const struct row *, struct value *);
void plan_free(struct plan *);

#endif
