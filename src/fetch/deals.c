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

struct fetching {
	struct rec_out *out, *rejects;
	struct rows rows;
	struct plan *plan;
	struct span source;
	struct span place, offset; /* keys: "source":its name,"line": and "offset": */
	char *repaired; /* names, as JSON */
	struct tally *tally;
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
refuse(struct fetching *f, const struct row *row, const char *code, const char *field,
    const char *reason)
{
	reject_count(&f->tally->refused, code, 1);
	f->tally->sum.rejected++;
	reject_write(f->rejects,
	    &(struct reject){ .stage = "fetch",
		.source = f->source,
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
fits(const struct fetching *f, const struct row *row)
{
	size_t size = f->plan->overhead, worst = 0;

	if (row->bytes.len * 6 * f->plan->most_uses + size <= REC_MAX)
		return true;
	for (size_t i = 0; i < f->plan->count; i++) {
		struct span cell = row->cells[f->plan->outputs[i].column];
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
put_place(struct fetching *f, const struct row *row, size_t repaired_len)
{
	if (repaired_len > 0) {
		f->repaired[repaired_len++] = ']';
		rec_put_json(
		    f->out, span("repaired"), (struct span){ f->repaired, repaired_len });
	}
	add_integer(f->out, f->place, row->line);
	add_integer(f->out, f->offset, row->offset);
	rec_end(f->out);
	f->tally->sum.out++;
}

static void
put_deal(struct fetching *f, const struct row *row)
{
	const struct plan *plan = f->plan;
	const struct output *end = plan->outputs + plan->count;
	bool open = is_open(plan, row);
	struct value value;
	size_t repaired = 0;

	rec_begin(f->out, NULL);
	for (const struct output *o = plan->outputs; o < end; o++) {
		if (o->field != NULL && !is_there(o->field->when, open))
			continue;
		if (!plan_value(o, row, &value)) {
			rec_drop(f->out);
			refuse(f, row, value.code, o->field->name, value.reason);
			return;
		}
		if (value.text.len == 0)
			continue;
		if (value.kind == VALUE_TEXT)
			rec_put_text(f->out, o->name, value.text);
		else
			rec_add(f->out, o->key, value.text, value.kind == VALUE_PLAIN);
		if (value.repaired)
			repaired = note_repair(f->repaired, repaired, o->key);
	}
	put_place(f, row, repaired);
}

static void
take_row(struct fetching *f, const struct row *row)
{
	char reason[100];

	f->tally->sum.in++;
	if (row->code == NULL && row->count != f->plan->width)
		rows_suspect(&f->rows, f->plan->width);
	if (row->code != NULL) {
		refuse(f, row, row->code, NULL, row->reason);
	} else if (row->count != f->plan->width) {
		snprintf(reason, sizeof reason, "has %zu cells, the header %zu", row->count,
		    f->plan->width);
		refuse(f, row, "width", NULL, reason);
	} else if (!fits(f, row)) {
		refuse(f, row, "long_row", NULL, "is longer than 1 MiB as a record");
	} else {
		put_deal(f, row);
	}
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

void
deals_fetch(const char *path, const struct map *map, struct rec_out *out,
    struct rec_out *rejects, struct tally *tally)
{
	struct input in = input_open(path, out);
	struct fetching f = { .out = out, .rejects = rejects, .tally = tally };
	const struct row *row;

	f.source = name_text(in.name);
	f.place = place_key(f.source);
	f.offset = rec_key(span("offset"));
	rows_begin(&f.rows, &in, map->separator);
	if ((row = rows_next(&f.rows)) != NULL) {
		if (row->code != NULL)
			die(EX_DATAERR, "%s:%zu: the header %s", in.name, row->line,
			    row->reason);
		f.plan = plan_new(map, row, in.name);
		f.plan->overhead += f.place.len + 200;
		f.repaired = mem_new(f.plan->overhead, 1);
		while ((row = rows_next(&f.rows)) != NULL)
			take_row(&f, row);
		plan_free(f.plan);
	}
	rows_end(&f.rows);
	input_close(&in);
	free((char *)f.source.at);
	free((char *)f.place.at);
	free((char *)f.offset.at);
	free(f.repaired);
}
