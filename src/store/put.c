#include <stdlib.h>
#include <unistd.h>

#include "diag.h"
#include "mem.h"
#include "rec.h"
#include "segment.h"
#include "store_doc.h"
#include "summary.h"
#include "verbs.h"
#include "when.h"

/* Where the fields stand that a row is made of, and room for what is made of them. */
struct reader {
	const struct kind *kind;
	size_t name, keys[STORE_KEYS];
	size_t outcome, closed, recorded, source, date, segment, due;
	char *segment_text, *doc, instant[WHEN_INSTANT_MAX];
};

static const struct span none = { NULL, 0 };

static _Noreturn void
refuse(const struct rec *rec, const char *why)
{
	die(EX_DATAERR, "stdin:%zu: %s", rec->number, why);
}

static bool
absent(const struct rec *rec, size_t slot)
{
	return rec->fields[slot].type == REC_ABSENT || rec->fields[slot].type == REC_NULL;
}

static struct span
day_of(const struct rec *rec, size_t slot, const char *otherwise)
{
	struct span text = rec_text(rec, slot);
	int32_t day;

	if (!when_day(text, &day))
		refuse(rec, otherwise);
	return text;
}

static struct span
segment_of(struct reader *reader, const struct rec *rec)
{
	struct span json = rec_text(rec, reader->segment);
	json_t *segment = json_loadb(json.at, json.len, 0, NULL);

	if (!json_is_object(segment))
		refuse(rec, "no segment");
	free(reader->segment_text);
	reader->segment_text = segment_text(segment);
	json_decref(segment);
	return span(reader->segment_text);
}

/* It ends in where it was read, which is of no use here. */
static void
deal_row(struct reader *reader, const struct rec *rec, struct store_row *row)
{
	static const char *const whereabouts[] = { "source", "line", "offset", NULL };
	struct span outcome = rec_text(rec, reader->outcome);
	bool decided = span_is(outcome, "won") || span_is(outcome, "lost");

	if (decided && absent(rec, reader->recorded))
		row->note = absent(rec, reader->closed)
		    ? span("")
		    : day_of(rec, reader->closed, "closed_date is no day");
	row->more = rec_text(rec, reader->source);
	row->doc =
	    (struct span){ reader->doc, doc_without(rec->line, whereabouts, reader->doc) };
}

static void
alert_row(struct reader *reader, const struct rec *rec, struct store_row *row)
{
	row->note = day_of(rec, reader->date, "no date");
	row->more = segment_of(reader, rec);
}

static void
delivery_row(struct reader *reader, const struct rec *rec, struct store_row *row)
{
	int64_t due;

	if (!when_instant(rec_text(rec, reader->due), &due))
		refuse(rec, "due is no instant");
	row->note = span(when_instant_text(due, reader->instant));
}

static const struct {
	const char *kind;
	void (*make)(struct reader *, const struct rec *, struct store_row *);
} makers[] = {
	{ "deal", deal_row },
	{ "alert", alert_row },
	{ "delivery", delivery_row },
};

static void
reader_init(struct reader *reader, const struct kind *kind, struct rec_in *in)
{
	*reader = (struct reader){ .kind = kind, .doc = mem_new(REC_MAX + 1, 1) };
	reader->name = rec_want(in, "kind");
	for (int i = 0; i < STORE_KEYS && kind->keys[i] != NULL; i++)
		reader->keys[i] = rec_want(in, kind->keys[i]);
	reader->outcome = rec_want(in, "outcome");
	reader->closed = rec_want(in, "closed_date");
	reader->recorded = rec_want(in, "recorded_at");
	reader->source = rec_want(in, "source");
	reader->date = rec_want(in, "date");
	reader->segment = rec_want(in, "segment");
	reader->due = rec_want(in, "due");
}

static void
reader_release(struct reader *reader)
{
	free(reader->segment_text);
	free(reader->doc);
}

/* Only a deal does not say what it is. */
static void
check_kind(const struct reader *reader, const struct rec *rec)
{
	struct span name = rec_text(rec, reader->name);

	if (strcmp(reader->kind->name, "deal") != 0 && !span_is(name, reader->kind->name))
		die(EX_DATAERR, "stdin:%zu: its kind is \"%.*s\", not %s", rec->number,
		    (int)name.len, name.at, reader->kind->name);
}

static void
read_row(struct reader *reader, const struct rec *rec, struct store_row *row)
{
	const struct kind *kind = reader->kind;

	check_kind(reader, rec);
	*row = (struct store_row){ .note = none, .more = none, .doc = rec->line };
	for (int i = 0; i < STORE_KEYS; i++) {
		row->keys[i] = span("");
		if (kind->keys[i] == NULL)
			continue;
		if (strcmp(kind->keys[i], "segment") == 0)
			row->keys[i] = segment_of(reader, rec);
		else if ((row->keys[i] = rec_text(rec, reader->keys[i])).len == 0)
			die(EX_DATAERR, "stdin:%zu: no %s", rec->number, kind->keys[i]);
	}
	for (size_t i = 0; i < sizeof makers / sizeof *makers; i++)
		if (strcmp(makers[i].kind, kind->name) == 0)
			makers[i].make(reader, rec, row);
}

void
put_records(const struct options *opts)
{
	struct store *store = store_open(opts->url, STORE_MAKE);
	struct rec_in *in = rec_from(STDIN_FILENO, "stdin");
	struct reader reader;
	const struct rec *rec;
	struct store_row row;

	reader_init(&reader, kind_named(opts->what), in);
	struct staging *staging = store_stage(store, reader.kind, opts->run, opts->full);
	while ((rec = rec_next(in)) != NULL) {
		read_row(&reader, rec, &row);
		store_stage_add(staging, &row);
	}
	size_t count = store_stage_end(staging);
	reader_release(&reader);
	rec_close(in);
	store_close(store);
	summary_write(opts->summary_count > 0 ? opts->summaries[0] : NULL,
	    &(struct summary){ .stage = "store", .in = count, .out = count });
}
