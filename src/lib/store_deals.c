#include <stdlib.h>

#include "mem.h"
#include "store_batch.h"
#include "store_doc.h"
#include "store_load.h"
#include "store_origins.h"
#include "store_owner.h"
#include "store_told.h"
#include "store_whole.h"

struct deals {
	bool first; /* there were none: a key that comes once is not to be looked for */
	struct whole *whole; /* or NULL: what does not come stays */
	struct query *find, *loaded, *history, *change;
	struct batch *batch; /* or NULL: the store is near */
	struct store_origins *origins;
	char *name; /* of the load, or NULL: each one's source */
	struct owners *owners; /* of a load that has a name */
	char *source; /* asked for last */
	bool was_loaded;
	char **fresh; /* sources that were not */
	size_t fresh_count;
	size_t adopted; /* that have an origin now, and are no change */
};

/* A deal that comes, beside what is kept of it; old.doc at NULL: nothing is. */
struct pair {
	struct store_row row;
	struct old {
		struct span doc, seen, origin, line, byte;
		bool deleted;
	} old;
};

static void
remember_source(struct deals *deals, struct span source)
{
	for (size_t i = 0; i < deals->fresh_count; i++)
		if (span_is(source, deals->fresh[i]))
			return;
	deals->fresh = mem_grow(deals->fresh, deals->fresh_count + 1, sizeof *deals->fresh);
	deals->fresh[deals->fresh_count++] = mem_copy(source.at, source.len);
}

static bool
ask_loaded(struct deals *deals, struct span source)
{
	sql_bind(deals->loaded, 1, source);
	bool loaded = sql_step(deals->loaded);
	sql_reset(deals->loaded);
	return loaded;
}

static struct span
name_of(const struct deals *deals, struct span source)
{
	return deals->name != NULL ? span(deals->name) : source;
}

/* Before this load, by either name; most deals of one come from one source. */
static bool
source_loaded(struct deals *deals, struct span source)
{
	if (deals->source != NULL && span_is(source, deals->source))
		return deals->was_loaded;
	free(deals->source);
	deals->source = mem_copy(source.at, source.len);
	deals->was_loaded = ask_loaded(deals, name_of(deals, source));
	if (!deals->was_loaded)
		remember_source(deals, name_of(deals, source));
	if (!deals->was_loaded && deals->name != NULL)
		deals->was_loaded = ask_loaded(deals, source);
	return deals->was_loaded;
}

/* Unchanged but for the recorded_at that was added when it was put before? */
static bool
same_but_recorded(const struct pair *pair)
{
	static const char added[] = ",\"recorded_at\":\"";
	size_t shared = pair->row.doc.len - 1, value = shared + sizeof added - 1;
	const char *old = pair->old.doc.at;

	if (pair->old.doc.len < value + 2 || memcmp(old, pair->row.doc.at, shared) != 0
	    || memcmp(old + shared, added, sizeof added - 1) != 0)
		return false;
	const char *quote = memchr(old + value, '"', pair->old.doc.len - value);
	return quote == old + pair->old.doc.len - 2;
}

static bool
is_decided(struct span doc)
{
	struct span outcome = doc_value(doc, span("outcome"));

	return span_is(outcome, "\"won\"") || span_is(outcome, "\"lost\"");
}

/* When a decided deal that does not say so was recorded, as JSON; at NULL: nobody can say. */
static struct span
recorded(struct load *load, const struct pair *pair)
{
	if (pair->old.doc.at != NULL && is_decided(pair->old.doc))
		return doc_value(pair->old.doc, span("recorded_at"));
	bool loaded = source_loaded(load->own, pair->row.more);
	if (pair->old.doc.at != NULL || (loaded && !load->past))
		return span(load->today);
	return doc_value(pair->row.doc, span("closed_date"));
}

static void
tell_change(struct load *load, const struct pair *pair, struct span field, struct span old,
    struct span new)
{
	struct deals *deals = load->own;

	told_found(load->store, deals->change,
	    &(struct found){ pair->row.keys[0], pair->row.doc, field, old, new,
		span(load->seen), span(load->run) });
}

static void
tell_changes(struct load *load, const struct pair *pair)
{
	static const struct span none = { NULL, 0 };
	const char *place = NULL;
	struct doc_field field;

	while (doc_next(pair->row.doc, &place, &field)) {
		struct span old = doc_value(pair->old.doc, field.name);
		if (old.at == NULL || !span_equal(old, field.value))
			tell_change(load, pair, field.name, old, field.value);
	}
	place = NULL;
	while (doc_next(pair->old.doc, &place, &field))
		if (doc_value(pair->row.doc, field.name).at == NULL)
			tell_change(load, pair, field.name, field.value, none);
}

static void
keep(struct load *load, const struct pair *pair, struct span until)
{
	struct deals *deals = load->own;
	const struct old *old = &pair->old;
	const struct span kept[] = { pair->row.keys[0], old->seen, until, old->origin,
		old->line, old->byte, old->doc };

	for (int i = 0; i < 7; i++)
		sql_bind(deals->history, i + 1, kept[i]);
	sql_finish(deals->history);
}

static void
put_row(struct load *load, const struct pair *pair, struct span seen)
{
	struct deals *deals = load->own;
	const struct store_row *row = &pair->row;
	struct span source = row->more;
	const struct span put[] = { row->keys[0], seen,
		origins_of(deals->origins, name_of(deals, source), source), row->line,
		row->byte, { NULL, 0 }, row->doc };

	for (int i = 0; i < 7; i++)
		sql_bind(load->put, i + 1, put[i]);
	load->changes += sql_finish(load->put);
}

/* The version that a later one takes the place of is kept; of a deal that went it is already. */
static void
replace_deal(struct load *load, const struct pair *pair)
{
	/* The clock may have been set back; what we know is never older than before. */
	struct span now = span(load->seen), before = pair->old.seen;
	struct span seen = span_order(now, before) < 0 ? before : now;

	if (pair->old.deleted)
		tell_change(load, pair, span("deleted"), span("true"), span("false"));
	else
		keep(load, pair, seen);
	tell_changes(load, pair);
	put_row(load, pair, seen);
}

/* From before there were origins: where it is found now is as good. */
static void
adopt(struct load *load, const struct pair *pair)
{
	struct deals *deals = load->own;

	if (pair->old.origin.at != NULL)
		return;
	put_row(load, pair, pair->old.seen);
	deals->adopted++;
}

static void
put_deal(struct load *load, const struct pair *pair)
{
	if (pair->old.doc.at == NULL)
		put_row(load, pair, span(load->seen));
	else if (pair->old.deleted || !span_equal(pair->old.doc, pair->row.doc))
		replace_deal(load, pair);
	else
		adopt(load, pair);
}

static struct old
old_of(struct query *find)
{
	return (struct old){ sql_text(find, 0), sql_text(find, 1), sql_text(find, 2),
		sql_text(find, 3), sql_text(find, 4), sql_text(find, 5).at != NULL };
}

static bool
is_known(const struct pair *pair)
{
	const struct old *old = &pair->old;

	return old->doc.at != NULL && !old->deleted && old->origin.at != NULL
	    && pair->row.note.at != NULL && same_but_recorded(pair);
}

static void
deal_row(struct load *load, const struct store_row *row)
{
	struct deals *deals = load->own;
	struct pair pair = { .row = *row };
	char *recorded_doc = NULL;

	sql_bind(deals->find, 1, row->keys[0]);
	if (!deals->first && sql_step(deals->find))
		pair.old = old_of(deals->find);
	if (deals->owners != NULL && !pair.old.deleted)
		owners_check(deals->owners, row->keys[0], pair.old.origin);
	source_loaded(deals, row->more);
	if (!is_known(&pair)) {
		if (row->note.at != NULL) {
			pair.row.doc =
			    doc_with(row->doc, span("recorded_at"), recorded(load, &pair));
			recorded_doc = (char *)pair.row.doc.at;
		}
		put_deal(load, &pair);
		free(recorded_doc);
	}
	if (deals->whole != NULL)
		whole_came(deals->whole, row->keys[0], name_of(deals, row->more),
		    pair.old.doc.at != NULL && !pair.old.deleted);
	sql_reset(deals->find);
}

static void
take_batch(struct load *load)
{
	struct deals *deals = load->own;
	size_t count;
	const struct store_row *rows = batch_rows(deals->batch, &count);

	sql_ahead(deals->find, batch_keys(deals->batch), count);
	for (size_t i = 0; i < count; i++)
		deal_row(load, &rows[i]);
	batch_empty(deals->batch);
}

static void
hold_row(struct load *load, const struct store_row *row)
{
	struct deals *deals = load->own;

	if (batch_add(deals->batch, row))
		take_batch(load);
}

static void
deals_free(struct deals *deals)
{
	origins_free(deals->origins);
	if (deals->owners != NULL)
		owners_free(deals->owners);
	free(deals->fresh);
	free(deals->name);
	free(deals->source);
	sql_free(deals->find);
	sql_free(deals->loaded);
	sql_free(deals->history);
	sql_free(deals->change);
	free(deals);
}

static void
deals_end(struct load *load)
{
	struct deals *deals = load->own;

	if (deals->batch != NULL) {
		take_batch(load);
		batch_free(deals->batch);
	}
	for (size_t i = 0; i < deals->fresh_count; i++) {
		sql_run(load->store, "INSERT INTO source (source, loaded) VALUES (?1, ?2)",
		    (struct span[]){ span(deals->fresh[i]), span(load->seen) }, 2);
		free(deals->fresh[i]);
	}
	load->changes += sql_flush(load->put) - deals->adopted;
	if (deals->whole != NULL && deals->name != NULL)
		whole_named(deals->whole, span(deals->name));
	if (deals->whole != NULL)
		whole_end(deals->whole);
	deals_free(deals);
}

void
deals_from(struct load *load, const char *name, const char *take_over)
{
	struct deals *deals = load->own;

	deals->name = mem_copy(name, strlen(name));
	if (take_over != NULL)
		owners_take_over(load->store, take_over, name);
	deals->owners = owners_new(load->store, deals->name);
}

void
deals_whole(struct load *load, double most_deleted)
{
	struct deals *deals = load->own;

	deals->whole = whole_new(load->store, most_deleted);
}

void
load_deals(struct load *load)
{
	struct store *store = load->store;
	struct deals *deals = mem_new(1, sizeof *deals);

	deals->find = sql_prepare(store, "SELECT 1 FROM deal LIMIT 1");
	deals->first = !sql_step(deals->find);
	sql_free(deals->find);
	deals->find =
	    sql_find(store, "deal", "deal_id", "doc, seen, origin, line, byte, deleted");
	deals->loaded = sql_prepare(store, "SELECT 1 FROM source WHERE source = ?1");
	deals->history =
	    sql_add(store, "deal_version", "deal_id, seen, until, origin, line, byte, doc", "");
	deals->change = told_query(store);
	deals->origins = origins_new(store, load->run);
	if (!deals->first && sql_batch(store) > 1)
		deals->batch = batch_new(sql_batch(store));
	load->put = sql_add(store, "deal", "deal_id, seen, origin, line, byte, deleted, doc",
	    "ON CONFLICT (deal_id) DO UPDATE SET seen = excluded.seen, origin = "
	    "excluded.origin,"
	    " line = excluded.line, byte = excluded.byte, deleted = excluded.deleted,"
	    " doc = excluded.doc");
	load->own = deals;
	load->row = deals->batch != NULL ? hold_row : deal_row;
	load->end = deals_end;
}
