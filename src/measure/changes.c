#include <stdlib.h>

#include "deals.h"
#include "fields.h"
#include "mem.h"
#include "table.h"
#include "when.h"

enum { DEAL_ID, FIELD, SEEN, AT, OLD, NEW, COLUMNS };

static const char *const columns[COLUMNS] = { "deal_id", "field", "seen", "at", "old", "new" };

static bool
field_named(struct span name, enum field *field)
{
	for (*field = 0; *field < FIELDS; ++*field)
		if (span_is(name, field_names[*field]))
			return true;
	return false;
}

static int64_t
value_of(struct deals *deals, const struct row *row, enum field field, int column)
{
	struct span text = row->fields[column];
	int64_t value;

	if (!fields_value(field, text, deals->stages, &value))
		table_die(row, "%s: %.*s is no %s", column == OLD ? "old" : "new",
		    (int)text.len, text.at, field_names[field]);
	return value;
}

static int64_t
stamp_of(const struct row *row, int column)
{
	struct span text = row->fields[column];
	int64_t stamp;

	if (!when_stamp(text, &stamp))
		table_die(row, "%s: %.*s: neither a date nor an RFC 3339 instant",
		    columns[column], (int)text.len, text.at);
	return stamp;
}

static void
take(void *context, const struct row *row)
{
	struct deals *deals = context;
	struct changes *changes = &deals->changes;
	const struct deal *deal = deals_find(deals, row->fields[DEAL_ID]);
	struct change change;

	change.seen = stamp_of(row, SEEN);
	change.time = row->fields[AT].len > 0 ? stamp_of(row, AT) : change.seen;
	fields_day(row->fields[row->fields[AT].len > 0 ? AT : SEEN], &change.day);
	if (deal == NULL || !field_named(row->fields[FIELD], &change.field)
	    || (deal->unlike && change.field == AMOUNT))
		return;
	change.deal = (uint32_t)(deal - deals->at);
	change.old = value_of(deals, row, change.field, OLD);
	change.new = value_of(deals, row, change.field, NEW);
	if (changes->count == changes->room) {
		changes->room = changes->room * 2 + 1024;
		changes->at = mem_grow(changes->at, changes->room, sizeof change);
	}
	changes->at[changes->count++] = change;
}

static int
order(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

static int
by_deal(const void *a, const void *b)
{
	const struct change *x = a, *y = b;
	int by = order(x->deal, y->deal);

	by = by != 0 ? by : order(x->time, y->time);
	by = by != 0 ? by : order(x->seen, y->seen);
	by = by != 0 ? by : order(x->field, y->field);
	by = by != 0 ? by : order(x->old, y->old);
	return by != 0 ? by : order(x->new, y->new);
}

void
changes_read(struct deals *deals, const char *path)
{
	static const struct table table = { columns, COLUMNS, AT, false };
	struct changes *changes = &deals->changes;

	table_read(path, &table, take, deals);
	if (changes->count > 1)
		qsort(changes->at, changes->count, sizeof *changes->at, by_deal);
	for (size_t i = changes->count; i-- > 0;) {
		struct deal *deal = &deals->at[changes->at[i].deal];
		deal->first_change = i;
		deal->changes++;
		if (changes->at[i].day > deal->last_change)
			deal->last_change = changes->at[i].day;
	}
}

int64_t
changes_value(
    const struct change *changes, size_t count, enum field field, int64_t now, int32_t day)
{
	for (size_t i = 0; i < count; i++)
		if (changes[i].field == field && changes[i].day > day)
			return changes[i].old;
	return now;
}
