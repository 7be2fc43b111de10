#include <stdlib.h>

#include "mem.h"
#include "store_batch.h"
#include "store_load.h"
#include "store_doc.h"

struct deals {
	bool first; /* there were none: a key that comes once is not to be looked for */
	struct query *find, *loaded, *history, *change;
	struct batch *batch; /* or NULL: the store is near */
	char *source; /* asked for last */
	bool was_loaded;
	char **fresh; /* sources that were not */
	size_t fresh_count;
};

/* A deal that comes, beside what is kept of it; old at NULL: nothing is. */
struct pair {
	struct store_row row;
	struct span old, old_seen;
};

static void
remember_source(struct deals *deals)
{
	for (size_t i = 0; i < deals->fresh_count; i++)
		if (strcmp(deals->fresh[i], deals->source) == 0)
			return;
	deals->fresh = mem_grow(deals->fresh, deals->fresh_count + 1, sizeof *deals->fresh);
	deals->fresh[deals->fresh_count++] = mem_copy(deals->source, strlen(deals->source));
}

/* Before this load; most deals of one come from one source. */
static bool
source_loaded(struct deals *deals, struct span source)
{
	if (deals->source != NULL && span_is(source, deals->source))
		return deals->was_loaded;
	free(deals->source);
	deals->source = mem_copy(source.at, source.len);
	sql_bind(deals->loaded, 1, source);
	deals->was_loaded = sql_step(deals->loaded);
	sql_reset(deals->loaded);
	if (!deals->was_loaded)
		remember_source(deals);
	return deals->was_loaded;
}

/* Unchanged but for the recorded_at that was added when it was put before? */
static bool
same_but_recorded(const struct pair *pair)
{
	static const char added[] = ",\"recorded_at\":\"";
	size_t shared = pair->row.doc.len - 1, value = shared + sizeof added - 1;
	const char *old = pair->old.at;

	if (pair->old.len < value + 2 || memcmp(old, pair->row.doc.at, shared) != 0
	    || memcmp(old + shared, added, sizeof added - 1) != 0)
		return false;
	const char *quote = memchr(old + value, '"', pair->old.len - value);
	return quote == old + pair->old.len - 2;
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
	if (pair->old.at != NULL && is_decided(pair->old))
		return doc_value(pair->old, span("recorded_at"));
	if (pair->old.at != NULL || source_loaded(load->own, pair->row.more))
		return span(load->today);
	return doc_value(pair->row.doc, span("closed_date"));
}

static void
append(struct span *doc, struct span name, struct span value)
{
	struct span longer = doc_with(*doc, name, value);

	free((char *)doc->at);
	*doc = longer;
}

/* Of the bytes that stand in the deals: they are not to change on their way here either. */
static void
tell_change(struct load *load, const struct pair *pair, struct span field, struct span old,
    struct span new)
{
	struct deals *deals = load->own;
	char *name = mem_printf("\"%.*s\"", (int)field.len, field.at);
	char *seen = mem_printf("\"%s\"", load->seen);
	char *start = mem_printf("{\"kind\":\"change\",\"v\":1}");
	struct span change = span(start);

	append(&change, span("deal_id"), doc_value(pair->row.doc, span("deal_id")));
	append(&change, span("field"), span(name));
	append(&change, span("old"), old);
	append(&change, span("new"), new);
	append(&change, span("at"), doc_value(pair->row.doc, span("modified_at")));
	append(&change, span("seen"), span(seen));
	sql_bind(deals->change, 1, pair->row.keys[0]);
	sql_bind(deals->change, 2, field);
	sql_bind(deals->change, 3, span(load->seen));
	sql_bind(deals->change, 4, span(load->run));
	sql_bind(deals->change, 5, change);
	sql_finish(deals->change);
	free((char *)change.at);
	free(seen);
	free(name);
}

static void
tell_changes(struct load *load, const struct pair *pair)
{
	static const struct span none = { NULL, 0 };
	const char *place = NULL;
	struct doc_field field;

	while (doc_next(pair->row.doc, &place, &field)) {
		struct span old = doc_value(pair->old, field.name);
		if (old.at == NULL || !span_equal(old, field.value))
			tell_change(load, pair, field.name, old, field.value);
	}
	place = NULL;
	while (doc_next(pair->old, &place, &field))
		if (doc_value(pair->row.doc, field.name).at == NULL)
			tell_change(load, pair, field.name, field.value, none);
}

static void
keep(struct load *load, const struct pair *pair, struct span until)
{
	struct deals *deals = load->own;

	sql_bind(deals->history, 1, pair->row.keys[0]);
	sql_bind(deals->history, 2, pair->old_seen);
	sql_bind(deals->history, 3, until);
	sql_bind(deals->history, 4, pair->old);
	sql_finish(deals->history);
}

static void
put_deal(struct load *load, const struct pair *pair)
{
	if (pair->old.at == NULL) {
		load_put(load, &pair->row, span(load->seen));
	} else if (!span_equal(pair->old, pair->row.doc)) {
		/* The clock may have been set back; what we know is never older than before. */
		struct span now = span(load->seen), before = pair->old_seen;
		struct span seen = span_order(now, before) < 0 ? before : now;
		keep(load, pair, seen);
		tell_changes(load, pair);
		load_put(load, &pair->row, seen);
	}
}

static void
deal_row(struct load *load, const struct store_row *row)
{
	struct deals *deals = load->own;
	bool unrecorded = row->note.at != NULL;
	struct pair pair = { .row = *row };
	char *recorded_doc = NULL;

	sql_bind(deals->find, 1, row->keys[0]);
	if (!deals->first && sql_step(deals->find)) {
		pair.old = sql_text(deals->find, 0);
		pair.old_seen = sql_text(deals->find, 1);
	}
	source_loaded(deals, row->more);
	if (pair.old.at == NULL || !unrecorded || !same_but_recorded(&pair)) {
		if (unrecorded) {
			pair.row.doc =
			    doc_with(row->doc, span("recorded_at"), recorded(load, &pair));
			recorded_doc = (char *)pair.row.doc.at;
		}
		put_deal(load, &pair);
		free(recorded_doc);
	}
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
	free(deals->fresh);
	free(deals->source);
	sql_free(deals->find);
	sql_free(deals->loaded);
	sql_free(deals->history);
	sql_free(deals->change);
	free(deals);
}

void
load_deals(struct load *load)
{
	struct store *store = load->store;
	struct deals *deals = mem_new(1, sizeof *deals);

	deals->find = sql_prepare(store, "SELECT 1 FROM deal LIMIT 1");
	deals->first = !sql_step(deals->find);
	sql_free(deals->find);
	deals->find = sql_find(store, "deal", "deal_id", "doc, seen");
	deals->loaded = sql_prepare(store, "SELECT 1 FROM source WHERE source = ?1");
	deals->history = sql_add(store, "deal_version", "deal_id, seen, until, doc", "");
	deals->change = sql_add(store, "change", "deal_id, field, seen, run, doc", "");
	if (!deals->first && sql_batch(store) > 1)
		deals->batch = batch_new(sql_batch(store));
	load->own = deals;
	load->row = deals->batch != NULL ? hold_row : deal_row;
	load->end = deals_end;
}
