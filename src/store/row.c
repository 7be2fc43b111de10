#include <stdlib.h>

#include "diag.h"
#include "mem.h"
#include "rec_out.h"
#include "row.h"
#include "segment.h"
#include "store_doc.h"
#include "when.h"

/* Where the fields stand that a row is made of, and room for what is made of them. */
struct rows {
	struct rec_in *in;
	const char *name;
	const struct kind *kind;
	void (*make)(struct rows *, const struct rec *, struct store_row *);
	size_t is, keys[STORE_KEYS];
	size_t outcome, closed, recorded, source, line, offset, date, segment, due, from;
	const struct rec *ahead; /* read, and not given yet */
	char *staged_from;
	char *segment_text, *doc, instant[WHEN_INSTANT_MAX];
};

static _Noreturn void
refuse(const struct rows *rows, const struct rec *rec, const char *why, const char *what)
{
	die(EX_DATAERR, "%s:%zu: %s%s", rows->name, rec->number, why, what);
}

static bool
absent(const struct rec *rec, size_t slot)
{
	return rec->fields[slot].type == REC_ABSENT || rec->fields[slot].type == REC_NULL;
}

static struct span
day_of(const struct rows *rows, const struct rec *rec, size_t slot, const char *name)
{
	struct span text = rec_text(rec, slot);
	int32_t day;

	if (!when_day(text, &day))
		refuse(rows, rec, name, " is no day");
	return text;
}

static struct span
segment_of(struct rows *rows, const struct rec *rec)
{
	struct span json = rec_text(rec, rows->segment);
	json_t *segment = json_loadb(json.at, json.len, 0, NULL);

	if (!json_is_object(segment))
		refuse(rows, rec, "no segment", "");
	free(rows->segment_text);
	rows->segment_text = segment_text(segment);
	json_decref(segment);
	return span(rows->segment_text);
}

static struct span
number_of(const struct rec *rec, size_t slot)
{
	return rec->fields[slot].type == REC_INTEGER ? rec_text(rec, slot)
						     : (struct span){ NULL, 0 };
}

static void
deal_row(struct rows *rows, const struct rec *rec, struct store_row *row)
{
	struct span outcome = rec_text(rec, rows->outcome);
	bool decided = span_is(outcome, "won") || span_is(outcome, "lost");

	if (decided && absent(rec, rows->recorded))
		row->note =
		    absent(rec, rows->closed) ? span("")
					      : day_of(rows, rec, rows->closed, "closed_date");
	row->more = rec_text(rec, rows->source);
	row->line = number_of(rec, rows->line);
	row->byte = number_of(rec, rows->offset);
}

static void
change_row(struct rows *rows, const struct rec *rec, struct store_row *row)
{
	int64_t at;

	if (!when_stamp(row->keys[2], &at))
		refuse(rows, rec, "at is no day and no instant", "");
}

static void
quality_row(struct rows *rows, const struct rec *rec, struct store_row *row)
{
	(void)row;
	day_of(rows, rec, rows->date, "date");
}

static void
alert_row(struct rows *rows, const struct rec *rec, struct store_row *row)
{
	row->note = day_of(rows, rec, rows->date, "date");
	row->more = segment_of(rows, rec);
}

static void
delivery_row(struct rows *rows, const struct rec *rec, struct store_row *row)
{
	int64_t due;

	if (!when_instant(rec_text(rec, rows->due), &due))
		refuse(rows, rec, "due", " is no instant");
	row->note = span(when_instant_text(due, rows->instant));
}

static void
plain_row(struct rows *rows, const struct rec *rec, struct store_row *row)
{
	(void)rows, (void)rec, (void)row;
}

static const struct {
	const char *kind;
	void (*make)(struct rows *, const struct rec *, struct store_row *);
} makers[] = {
	{ "deal", deal_row },
	{ "change", change_row },
	{ "quality", quality_row },
	{ "alert", alert_row },
	{ "delivery", delivery_row },
};

struct rows *
rows_from(struct rec_in *in, const char *name, const struct kind *kind)
{
	struct rows *rows = mem_new(1, sizeof *rows);

	*rows = (struct rows){ .in = in, .name = name, .kind = kind, .make = plain_row };
	rows->doc = mem_new(REC_MAX + 1, 1);
	for (size_t i = 0; i < sizeof makers / sizeof *makers; i++)
		if (strcmp(makers[i].kind, kind->name) == 0)
			rows->make = makers[i].make;
	rows->is = rec_want(in, "kind");
	for (int i = 0; i < STORE_KEYS && kind->keys[i] != NULL; i++)
		rows->keys[i] = rec_want(in, kind->keys[i]);
	rows->outcome = rec_want(in, "outcome");
	rows->closed = rec_want(in, "closed_date");
	rows->recorded = rec_want(in, "recorded_at");
	rows->source = rec_want(in, "source");
	rows->line = rec_want(in, "line");
	rows->offset = rec_want(in, "offset");
	rows->from = rec_want(in, "from");
	rows->date = rec_want(in, "date");
	rows->segment = rec_want(in, "segment");
	rows->due = rec_want(in, "due");
	return rows;
}

static const char mark[] = "stage";

/* No deal is without its id. */
static bool
is_mark(const struct rows *rows, const struct rec *rec)
{
	return span_is(rec_text(rec, rows->is), mark)
	    && rec->fields[rows->keys[0]].type == REC_ABSENT;
}

struct rows *
rows_staged(struct rec_in *in, const struct kind *kind)
{
	struct rows *rows = rows_from(in, kind->name, kind);

	rows->ahead = rec_next(in);
	if (rows->ahead != NULL && is_mark(rows, rows->ahead)) {
		struct span from = rec_text(rows->ahead, rows->from);
		rows->staged_from = mem_copy(from.at, from.len);
		rows->ahead = NULL;
	}
	return rows;
}

const char *
rows_source(const struct rows *rows)
{
	return rows->staged_from;
}

void
rows_mark(struct rec_out *out, const char *source)
{
	rec_begin(out, NULL);
	rec_put_text(out, span("kind"), span(mark));
	rec_put_integer(out, span("v"), 1);
	rec_put_text(out, span("from"), span(source));
	rec_end(out);
}

/* A deal ends in where it was read, which is of no use to the store. */
struct span
rows_doc(struct rows *rows, const struct rec *rec)
{
	static const char *const whereabouts[] = { "source", "line", "offset", NULL };

	if (rows->make != deal_row)
		return rec->line;
	return (struct span){ rows->doc, doc_without(rec->line, whereabouts, rows->doc) };
}

void
rows_free(struct rows *rows)
{
	rec_close(rows->in);
	free(rows->staged_from);
	free(rows->segment_text);
	free(rows->doc);
	free(rows);
}

/* Only a deal does not say what it is. */
static void
check_kind(const struct rows *rows, const struct rec *rec)
{
	if (strcmp(rows->kind->name, "deal") != 0
	    && !span_is(rec_text(rec, rows->is), rows->kind->name))
		refuse(rows, rec, "its kind is not ", rows->kind->name);
}

static bool
may_be_blank(const struct kind *kind, const char *key)
{
	return kind->blank != NULL && strcmp(key, kind->blank) == 0;
}

const struct rec *
rows_next(struct rows *rows, struct store_row *row)
{
	const struct rec *rec = rows->ahead != NULL ? rows->ahead : rec_next(rows->in);

	rows->ahead = NULL;
	if (rec == NULL)
		return NULL;
	check_kind(rows, rec);
	*row = (struct store_row){ .doc = rec->line };
	for (int i = 0; i < STORE_KEYS; i++) {
		const char *key = rows->kind->keys[i];
		row->keys[i] = key == NULL    ? span("")
		: strcmp(key, "segment") == 0 ? segment_of(rows, rec)
					      : rec_text(rec, rows->keys[i]);
		if (key != NULL && row->keys[i].len == 0 && !may_be_blank(rows->kind, key))
			refuse(rows, rec, "no ", key);
	}
	rows->make(rows, rec, row);
	return rec;
}
