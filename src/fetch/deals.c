#include <stdio.h>
#include <stdlib.h>

#include "deals.h"
#include "diag.h"
#include "mem.h"
#include "plan.h"
#include "rec.h"
#include "rec_out.h"
#include "reject.h"
#include "text.h"

struct deals {
	struct taking taking;
	struct plan *plan;
	struct span source;
	struct span place, offset; /* keys: "source":its name,"line": and "offset": */
	char *repaired; /* names, as JSON */
};

/* A file's name may be any bytes; in a record it must be text. */
static struct span
name_text(const char *name)
{
	char *text = mem_copy(name, strlen(name));

	for (char *p = text; *p != '\0';) {
		size_t len = (unsigned char)*p < 0x80 ? 1 : utf8_length(p);
		if (len == 0)
			*p = '?';
		p += len > 0 ? len : 1;
	}
	return span(text);
}

static void
refuse(struct deals *deals, const struct row *row, const char *code, const char *field,
    const char *reason)
{
	reject_count(&deals->taking.tally->refused, code, 1);
	deals->taking.tally->sum.rejected++;
	reject_write(deals->taking.rejects,
	    &(struct reject){ .stage = "fetch",
		.source = deals->source,
		.line = (int64_t)row->line,
		.offset = (int64_t)row->offset,
		.byte = (int64_t)row->wrong_at,
		.code = code,
		.field = field,
		.reason = reason,
		.bytes = row->bytes });
}

/* Whether rec_out will take the row for one line; see there for what it asks. */
static bool
fits(const struct deals *deals, const struct row *row)
{
	size_t size = deals->plan->overhead, worst = 0;

	if (row->bytes.len * 6 * deals->plan->most_uses + size <= REC_MAX)
		return true;
	for (size_t i = 0; i < deals->plan->count; i++) {
		struct span cell = row->cells[deals->plan->outputs[i].column];
		size += cell.len;
		for (size_t j = 0; j < cell.len; j++)
			size += (unsigned char)cell.at[j] < ' '
			    ? 5
			    : strchr("\"\\", cell.at[j]) != NULL;
		worst = cell.len > worst ? cell.len : worst;
	}
	return size + 6 * worst <= REC_MAX;
}

static bool
is_there(enum map_when when, bool open)
{
	return when == MAP_ALWAYS || (when == MAP_OPEN) == open;
}

/* The name of a repaired field, which is its key without the colon, after those before it. */
static size_t
note_repair(char *names, size_t len, struct span key)
{
	names[len] = len == 0 ? '[' : ',';
	memcpy(names + len + 1, key.at, key.len - 1);
	return len + key.len;
}

static bool
is_open(const struct plan *plan, const struct row *row)
{
	struct value value;

	if (!plan->conditional)
		return false;
	plan_value(plan->outcome, row, &value);
	return value.text.len == 0 || span_is(value.text, "open");
}

static void
add_integer(struct rec_out *out, struct span key, size_t value)
{
	char digits[20], *end = digits + sizeof digits, *p = end;

	do
		*--p = (char)('0' + value % 10);
	while ((value /= 10) != 0);
	rec_add(out, key, (struct span){ p, (size_t)(end - p) }, false);
}

static void
put_place(struct deals *deals, const struct row *row, size_t repaired_len)
{
	if (repaired_len > 0) {
		deals->repaired[repaired_len++] = ']';
		rec_put_json(deals->taking.out,
		    span("repaired"), (struct span){ deals->repaired, repaired_len });
	}
	add_integer(deals->taking.out, deals->place, row->line);
	if (row->offset > 0)
		add_integer(deals->taking.out, deals->offset, row->offset);
	rec_end(deals->taking.out);
	deals->taking.tally->sum.out++;
}

static void
put_deal(struct deals *deals, const struct row *row)
{
	const struct plan *plan = deals->plan;
	const struct output *end = plan->outputs + plan->count;
	bool open = is_open(plan, row);
	struct value value;
	size_t repaired = 0;

	rec_begin(deals->taking.out, NULL);
	for (const struct output *o = plan->outputs; o < end; o++) {
		if (o->field != NULL && !is_there(o->field->when, open))
			continue;
		if (!plan_value(o, row, &value)) {
			rec_drop(deals->taking.out);
			refuse(deals, row, value.code, o->field->name, value.reason);
			return;
		}
		if (value.text.len == 0)
			continue;
		if (value.kind == VALUE_TEXT)
			rec_put_text(deals->taking.out, o->name, value.text);
		else
			rec_add(
			    deals->taking.out, o->key, value.text, value.kind == VALUE_PLAIN);
		if (value.repaired)
			repaired = note_repair(deals->repaired, repaired, o->key);
	}
	put_place(deals, row, repaired);
}

/* "source":"deals.csv","line": */
static struct span
place_key(struct span source)
{
	struct span name = rec_key(source);
	char *key = mem_printf("\"source\":%.*s,\"line\":", (int)name.len - 1, name.at);
	size_t len = strlen(key);

	free((char *)name.at);
	return (struct span){ mem_grow(key, len + REC_KEY_SLACK, 1), len };
}

struct deals *
deals_begin(const struct taking *taking, const struct row *header, const char *name)
{
	struct deals *deals = mem_new(1, sizeof *deals);

	deals->taking = *taking;
	deals->source = name_text(name);
	deals->place = place_key(deals->source);
	deals->offset = rec_key(span("offset"));
	deals->plan = plan_new(taking->map, header, name);
	deals->plan->overhead += deals->place.len + 200;
	deals->repaired = mem_new(deals->plan->overhead, 1);
	return deals;
}

void
deals_row(struct deals *deals, const struct row *row)
{
	char reason[100];

	deals->taking.tally->sum.in++;
	if (row->code != NULL) {
		refuse(deals, row, row->code, NULL, row->reason);
	} else if (row->count != deals->plan->width) {
		snprintf(reason, sizeof reason, "has %zu cells, the header %zu", row->count,
		    deals->plan->width);
		refuse(deals, row, "width", NULL, reason);
	} else if (!fits(deals, row)) {
		refuse(deals, row, "long_row", NULL, "is longer than 1 MiB as a record");
	} else {
		put_deal(deals, row);
	}
}

void
deals_end(struct deals *deals)
{
	if (deals == NULL)
		return;
	plan_free(deals->plan);
	free((char *)deals->source.at);
	free((char *)deals->place.at);
	free((char *)deals->offset.at);
	free(deals->repaired);
	free(deals);
}
