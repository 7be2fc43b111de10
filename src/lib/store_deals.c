#include <stdio.h>
#include <stdlib.h>

#include "diag.h"
#include "mem.h"
#include "store_apply.h"
#include "store_doc.h"

struct deals {
	const struct commit *commit;
	struct query *loaded, *insert, *update, *history, *change;
	char *source; /* asked for last */
	bool was_loaded;
	size_t changes;
};

/* A staged deal beside what is kept of it, if anything is. */
struct pair {
	struct span deal_id, source, doc, old, old_seen;
	bool unrecorded; /* decided, and does not say when that was recorded */
};

/* Most deals of a load come from one source. */
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
	return deals->was_loaded;
}

/* Unchanged but for the recorded_at that was added when it was put before? */
static bool
same_but_recorded(const struct pair *pair)
{
	static const char added[] = ",\"recorded_at\":\"";
	size_t shared = pair->doc.len - 1, value = shared + sizeof added - 1;
	const char *old = pair->old.at;

	if (pair->old.len < value + 2 || memcmp(old, pair->doc.at, shared) != 0
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
recorded(struct deals *deals, const struct pair *pair)
{
	if (pair->old.at != NULL && is_decided(pair->old))
		return doc_value(pair->old, span("recorded_at"));
	if (pair->old.at != NULL || source_loaded(deals, pair->source))
		return deals->commit->today;
	return doc_value(pair->doc, span("closed_date"));
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
tell_change(struct deals *deals, const struct pair *pair, struct span field, struct span old,
    struct span new)
{
	char *name = mem_printf("\"%.*s\"", (int)field.len, field.at);
	char *seen = mem_printf("\"%s\"", deals->commit->seen.at);
	char *start = mem_printf("{\"kind\":\"change\",\"v\":1}");
	struct span change = span(start);

	append(&change, span("deal_id"), doc_value(pair->doc, span("deal_id")));
	append(&change, span("field"), span(name));
	append(&change, span("old"), old);
	append(&change, span("new"), new);
	append(&change, span("at"), doc_value(pair->doc, span("modified_at")));
	append(&change, span("seen"), span(seen));
	sql_bind(deals->change, 1, pair->deal_id);
	sql_bind(deals->change, 2, field);
	sql_bind(deals->change, 3, deals->commit->seen);
	sql_bind(deals->change, 4, deals->commit->run);
	sql_bind(deals->change, 5, change);
	sql_finish(deals->change);
	free((char *)change.at);
	free(seen);
	free(name);
}

static void
tell_changes(struct deals *deals, const struct pair *pair)
{
	static const struct span none = { NULL, 0 };
	const char *place = NULL;
	struct doc_field field;

	while (doc_next(pair->doc, &place, &field)) {
		struct span old = doc_value(pair->old, field.name);
		if (old.at == NULL || !span_equal(old, field.value))
			tell_change(deals, pair, field.name, old, field.value);
	}
	place = NULL;
	while (doc_next(pair->old, &place, &field))
		if (doc_value(pair->doc, field.name).at == NULL)
			tell_change(deals, pair, field.name, field.value, none);
}

/* The clock may have been set back; what we know is never older than what we knew. */
static struct span
later(struct span a, struct span b)
{
	size_t len = a.len < b.len ? a.len : b.len;

	return memcmp(a.at, b.at, len) < 0 ? b : a;
}

static void
put_deal(struct query *put, const struct pair *pair, struct span seen)
{
	sql_bind(put, 1, pair->deal_id);
	sql_bind(put, 2, seen);
	sql_bind(put, 3, pair->doc);
	sql_finish(put);
}

static void
amend(struct deals *deals, const struct pair *pair)
{
	struct span seen = later(deals->commit->seen, pair->old_seen);

	sql_bind(deals->history, 1, pair->deal_id);
	sql_bind(deals->history, 2, pair->old_seen);
	sql_bind(deals->history, 3, seen);
	sql_bind(deals->history, 4, pair->old);
	sql_finish(deals->history);
	tell_changes(deals, pair);
	put_deal(deals->update, pair, seen);
}

static void
apply_deal(struct deals *deals, struct pair pair)
{
	char *with_date = NULL;

	if (pair.old.at != NULL && pair.unrecorded && same_but_recorded(&pair))
		return;
	if (pair.unrecorded) {
		struct span when = recorded(deals, &pair);
		pair.doc = doc_with(pair.doc, span("recorded_at"), when);
		with_date = (char *)pair.doc.at;
	}
	if (pair.old.at == NULL)
		put_deal(deals->insert, &pair, deals->commit->seen);
	else if (!span_equal(pair.old, pair.doc))
		amend(deals, &pair);
	deals->changes += pair.old.at == NULL || !span_equal(pair.old, pair.doc);
	free(with_date);
}

static void
deals_init(struct deals *deals, const struct commit *commit)
{
	struct store *store = commit->store;

	*deals = (struct deals){ .commit = commit };
	deals->loaded = sql_prepare(store, "SELECT 1 FROM sources WHERE source = ?1");
	deals->insert =
	    sql_prepare(store, "INSERT INTO deals (deal_id, seen, doc) VALUES (?1, ?2, ?3)");
	deals->update =
	    sql_prepare(store, "UPDATE deals SET seen = ?2, doc = ?3 WHERE deal_id = ?1");
	deals->history = sql_prepare(store,
	    "INSERT INTO deal_history (deal_id, seen, until, doc) VALUES (?1, ?2, ?3, ?4)");
	deals->change = sql_prepare(store,
	    "INSERT INTO deal_changes (deal_id, field, seen, run, doc)"
	    " VALUES (?1, ?2, ?3, ?4, ?5)");
}

static void
deals_release(struct deals *deals)
{
	sql_free(deals->loaded);
	sql_free(deals->insert);
	sql_free(deals->update);
	sql_free(deals->history);
	sql_free(deals->change);
	free(deals->source);
}

/* The join looks each deal up as it comes to it, so what was put before does not disturb. */
size_t
apply_deals(const struct commit *commit)
{
	struct deals deals;
	struct query *staged = sql_prepare(commit->store,
	    "SELECT key1, note IS NOT NULL, more, s.doc, d.doc, d.seen"
	    " FROM staged s LEFT JOIN deals d ON d.deal_id = s.key1"
	    " WHERE s.run = ?1 AND s.kind = 'deal' ORDER BY key1");
	const struct span with[] = { commit->run, commit->seen };

	deals_init(&deals, commit);
	sql_bind(staged, 1, commit->run);
	while (sql_step(staged))
		apply_deal(&deals,
		    (struct pair){ sql_text(staged, 0), sql_text(staged, 2),
			sql_text(staged, 3), sql_text(staged, 4), sql_text(staged, 5),
			sql_integer(staged, 1) != 0 });
	sql_free(staged);
	sql_run(commit->store,
	    "INSERT INTO sources (source, loaded) SELECT DISTINCT more, ?2 FROM staged"
	    " WHERE run = ?1 AND kind = 'deal' ON CONFLICT DO NOTHING",
	    with, 2);
	deals_release(&deals);
	return deals.changes;
}
