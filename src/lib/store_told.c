#include <stdlib.h>

#include "keyset.h"
#include "mem.h"
#include "store_data.h"
#include "store_doc.h"
#include "store_engine.h"
#include "store_told.h"
#include "when.h"

struct told {
	struct keyset *changes;
	struct query *gone; /* adds to the table of that name; NULL: there is none */
	bool any_gone;
};

static struct told *
told_of(struct store *store)
{
	if (store->told == NULL) {
		store->told = mem_new(1, sizeof *store->told);
		store->told->changes = keyset_new();
	}
	return store->told;
}

/* 7.10 as 7.1, 7.0 as 7; with an exponent as it is. */
static struct span
plain_value(struct span value)
{
	if (value.at == NULL || span_is(value, "null") || span_is(value, "\"\""))
		return span("");
	bool number = *value.at == '-' || (*value.at >= '0' && *value.at <= '9');
	if (!number || memchr(value.at, '.', value.len) == NULL
	    || memchr(value.at, 'e', value.len) != NULL
	    || memchr(value.at, 'E', value.len) != NULL)
		return value;
	while (value.at[value.len - 1] == '0')
		value.len--;
	value.len -= value.at[value.len - 1] == '.';
	return value;
}

static char *
key_of(struct span deal_id, struct span field, struct span value, size_t *len)
{
	struct span plain = plain_value(value);
	char *key = mem_new(deal_id.len + field.len + plain.len + 2, 1), *to = key;

	memcpy(to, deal_id.at, deal_id.len);
	to += deal_id.len;
	*to++ = '\0';
	memcpy(to, field.at, field.len);
	to += field.len;
	*to++ = '\0';
	memcpy(to, plain.at, plain.len);
	*len = (size_t)(to - key) + plain.len;
	return key;
}

void
told_add(struct store *store, struct span deal_id, struct span field, struct span value)
{
	size_t len;
	char *key = key_of(deal_id, field, value, &len);

	keyset_add(told_of(store)->changes, (struct span){ key, len });
	free(key);
}

bool
told_has(const struct store *store, struct span deal_id, struct span field, struct span value)
{
	if (store->told == NULL)
		return false;
	size_t len;
	char *key = key_of(deal_id, field, value, &len);
	bool has = keyset_has(store->told->changes, (struct span){ key, len });
	free(key);
	return has;
}

static void
make_gone(struct store *store)
{
	struct told *told = told_of(store);

	if (!told->any_gone)
		sql_run(
		    store, "CREATE TEMPORARY TABLE gone (deal_id TEXT, told TEXT)", NULL, 0);
	told->any_gone = true;
}

/* Living deals of a name that did not come. */
#define MISSING \
	" FROM deal AS d JOIN origin AS o ON o.n = d.origin" \
	" WHERE o.name = ?1 AND d.deleted IS NULL" \
	" AND NOT EXISTS (SELECT 1 FROM came_deal AS c WHERE c.deal_id = d.deal_id)"

size_t
told_missing(struct store *store, struct span name, size_t *told)
{
	make_gone(store);
	struct query *both = sql_prepare(store,
	    "SELECT count(*)" MISSING
	    " AND d.deal_id IN (SELECT deal_id FROM gone WHERE told IS NOT NULL)");
	sql_bind(both, 1, name);
	*told = sql_step(both) ? (size_t)sql_integer(both, 0) : 0;
	sql_free(both);
	return sql_run(store, "INSERT INTO gone (deal_id) SELECT d.deal_id" MISSING, &name, 1);
}

void
told_gone(struct store *store, struct span deal_id, struct span when)
{
	struct told *told = told_of(store);

	make_gone(store);
	if (told->gone == NULL)
		told->gone = sql_add(store, "gone", "deal_id, told", "");
	sql_bind(told->gone, 1, deal_id);
	sql_bind(told->gone, 2, when);
	sql_finish(told->gone);
}

/* So that what was added is there. */
static void
gone_done(struct told *told)
{
	if (told->gone != NULL)
		sql_free(told->gone);
	told->gone = NULL;
}

void
told_gone_anew(struct store *store, struct span run, struct span seen)
{
	if (store->told == NULL || !store->told->any_gone)
		return;
	gone_done(store->told);
	sql_run(store,
	    "DELETE FROM gone WHERE NOT EXISTS (SELECT 1 FROM change AS c"
	    " WHERE c.deal_id = gone.deal_id AND c.field = 'deleted' AND c.told = gone.told"
	    " AND c.run = ?1 AND c.seen = ?2)",
	    (struct span[]){ run, seen }, 2);
}

struct query *
told_query(struct store *store)
{
	return sql_add(store, "change", "deal_id, field, seen, run, doc", "");
}

static void
append(struct span *doc, const char *name, struct span value)
{
	struct span longer = doc_with(*doc, span(name), value);

	free((char *)doc->at);
	*doc = longer;
}

static void
append_text(struct span *doc, const char *name, struct span text)
{
	char *quoted = mem_printf("\"%.*s\"", (int)text.len, text.at);

	append(doc, name, span(quoted));
	free(quoted);
}

/* Of the bytes that stand in the deals: they are not to change on their way here either. */
void
told_found(struct store *store, struct query *add, const struct found *found)
{
	if (told_has(store, found->deal_id, found->field, found->new))
		return;
	struct span change = span(mem_printf("{\"kind\":\"change\",\"v\":1}"));

	append(&change, "deal_id", doc_value(found->doc, span("deal_id")));
	append_text(&change, "field", found->field);
	append(&change, "old", found->old);
	append(&change, "new", found->new);
	append(&change, "at", doc_value(found->doc, span("modified_at")));
	append_text(&change, "seen", found->seen);
	sql_bind(add, 1, found->deal_id);
	sql_bind(add, 2, found->field);
	sql_bind(add, 3, found->seen);
	sql_bind(add, 4, found->run);
	sql_bind(add, 5, change);
	sql_finish(add);
	free((char *)change.at);
}

/* What the deal says of itself is of later than its end: it came back since. */
static bool
is_outdated(struct span deleted, struct span doc)
{
	enum { DAY = 24 * 60 * 60 };
	struct span modified = doc_value(doc, span("modified_at"));
	int64_t end, later;

	if (modified.at == NULL || modified.len < 2)
		return false;
	modified.at++;
	modified.len -= 2;
	if (!when_stamp(deleted, &end) || !when_stamp(modified, &later))
		return false;
	if (deleted.len == WHEN_DAY_LEN)
		end += DAY * INT64_C(1000000);
	return later > end;
}

static void
spare_outdated(struct store *store)
{
	struct query *ends = sql_prepare(store,
	    "SELECT g.deal_id, g.told, d.doc FROM gone AS g JOIN deal AS d"
	    " ON d.deal_id = g.deal_id WHERE d.deleted IS NULL AND g.told IS NOT NULL");
	char **spared = NULL;
	size_t count = 0;

	sql_stream(ends);
	while (sql_step(ends)) {
		struct span id = sql_text(ends, 0);
		if (!is_outdated(sql_text(ends, 1), sql_text(ends, 2)))
			continue;
		spared = mem_grow(spared, count + 1, sizeof *spared);
		spared[count++] = mem_copy(id.at, id.len);
	}
	sql_free(ends);
	for (size_t i = 0; i < count; i++) {
		sql_run(store, "DELETE FROM gone WHERE deal_id = ?1",
		    (struct span[]){ span(spared[i]) }, 1);
		free(spared[i]);
	}
	free(spared);
}

static void
tell_missing(struct store *store, const char *run, const char *seen)
{
	struct query *missing = sql_prepare(store,
	    "SELECT d.deal_id, d.doc FROM gone AS g JOIN deal AS d ON d.deal_id = g.deal_id"
	    " WHERE d.deleted IS NULL AND g.told IS NULL ORDER BY d.deal_id");
	static const char *const modified[] = { "modified_at", NULL };
	struct query *add = told_query(store);

	while (sql_step(missing)) {
		struct span doc = sql_text(missing, 1);
		char *less = mem_new(doc.len + 1, 1); /* nobody knows when it was */
		doc.len = doc_without(doc, modified, less);
		doc.at = less;
		told_found(store, add,
		    &(struct found){ sql_text(missing, 0), doc,
			span("deleted"), span("false"), span("true"), span(seen), span(run) });
		free(less);
	}
	sql_free(add);
	sql_free(missing);
}

#define THESE " WHERE deleted IS NULL AND deal_id IN (SELECT deal_id FROM gone)"

/* The clock may have been set back; what we know is never older than before. */
#define SEEN "CASE WHEN seen > ?1 THEN seen ELSE ?1 END"

size_t
store_take_out(struct store *store, const char *run)
{
	struct told *told = store->told;
	char seen[WHEN_INSTANT_MAX];
	size_t count = 0;

	if (told == NULL)
		return 0;
	gone_done(told);
	if (told->any_gone) {
		struct span now = span(when_instant_text(when_now(), seen));
		spare_outdated(store);
		tell_missing(store, run, seen);
		sql_run(store,
		    "INSERT INTO deal_version (deal_id, seen, until, origin, line, byte, doc)"
		    " SELECT deal_id, seen, " SEEN ", origin, line, byte, doc FROM deal" THESE
		    " ORDER BY deal_id",
		    &now, 1);
		count =
		    sql_run(store, "UPDATE deal SET deleted = 1, seen = " SEEN THESE, &now, 1);
	}
	keyset_free(told->changes);
	free(told);
	store->told = NULL;
	return count;
}
