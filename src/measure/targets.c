#include <stdlib.h>

#include "mem.h"
#include "money.h"
#include "table.h"
#include "targets.h"
#include "when.h"

enum { FROM, TO, AMOUNT_OF, OWN };

struct reader {
	struct targets *targets;
	const char **fields;
	size_t count;
};

static int32_t
day_of(const struct row *row, int field, const char *name)
{
	struct span text = row->fields[field];
	int32_t day;

	if (!when_day(text, &day))
		table_die(row, "%s: %.*s: no such day", name, (int)text.len, text.at);
	return day;
}

static void
take(void *context, const struct row *row)
{
	struct reader *reader = context;
	struct targets *targets = reader->targets;
	struct span amount = row->fields[AMOUNT_OF];
	struct target target = { .from = day_of(row, FROM, "from"),
		.to = day_of(row, TO, "to") };

	if (!money_read(amount, &target.amount) || target.amount <= 0)
		table_die(
		    row, "amount: %.*s: no plain number above 0", (int)amount.len, amount.at);
	if (target.to < target.from)
		table_die(row, "to: before from");
	target.segment = json_object();
	for (size_t i = OWN; i < reader->count; i++)
		if (row->fields[i].len > 0)
			json_object_set_new(target.segment, reader->fields[i],
			    json_stringn(row->fields[i].at, row->fields[i].len));
	targets->at = mem_grow(targets->at, targets->count + 1, sizeof target);
	targets->at[targets->count++] = target;
}

static int
by_time(const void *a, const void *b)
{
	const struct target *x = a, *y = b;

	if (x->from != y->from)
		return x->from < y->from ? -1 : 1;
	if (x->to != y->to)
		return x->to < y->to ? -1 : 1;
	return (x->amount > y->amount) - (x->amount < y->amount);
}

void
targets_read(
    struct targets *targets, const char *path, const char *const *dimension, size_t dimensions)
{
	struct reader reader = { .targets = targets, .count = OWN + dimensions };

	*targets = (struct targets){ .at = NULL };
	if (path == NULL)
		return;
	reader.fields = mem_new(reader.count, sizeof *reader.fields);
	reader.fields[FROM] = "from";
	reader.fields[TO] = "to";
	reader.fields[AMOUNT_OF] = "amount";
	for (size_t i = 0; i < dimensions; i++)
		reader.fields[OWN + i] = dimension[i];
	struct table table = { reader.fields, reader.count, OWN, true };
	table_read(path, &table, take, &reader);
	if (targets->count > 1)
		qsort(targets->at, targets->count, sizeof *targets->at, by_time);
	free(reader.fields);
}

void
targets_release(struct targets *targets)
{
	for (size_t i = 0; i < targets->count; i++)
		json_decref(targets->at[i].segment);
	free(targets->at);
}
