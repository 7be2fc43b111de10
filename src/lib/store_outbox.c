#include <stdlib.h>

#include "diag.h"
#include "mem.h"
#include "outbox_hand.h"
#include "store_fault.h"
#include "when.h"

/*
 * The ids first, for the visits change what is being asked for; in a table of our own, since
 * there may be many.
 */
static size_t
note_due(struct store *store, int64_t now)
{
	char instant[WHEN_INSTANT_MAX];

	sql_run(store,
	    "CREATE TEMPORARY TABLE IF NOT EXISTS due (n INTEGER PRIMARY KEY, delivery_id "
	    "TEXT)",
	    NULL, 0);
	sql_run(store, "DELETE FROM temp.due", NULL, 0);
	return sql_run(store,
	    "INSERT INTO temp.due (delivery_id) SELECT delivery_id FROM deliveries"
	    " WHERE status = 'queued' AND next_at <= ?1 ORDER BY priority, next_at, "
	    "delivery_id",
	    (struct span[]){ span(when_instant_text(now, instant)) }, 1);
}

static char *
copy_of(struct query *query, int column, size_t *len)
{
	struct span text = sql_text(query, column);

	*len = text.len;
	return mem_copy(text.at, text.len);
}

size_t
outbox_due(struct store *store, int64_t now, outbox_visit *visit, void *context)
{
	size_t count = note_due(store, now), id_len, doc_len;
	struct query *one = sql_prepare(store,
	    "SELECT d.delivery_id, d.doc, d.attempts, (SELECT count(*) FROM receipt AS r"
	    " WHERE r.delivery_id = d.delivery_id AND json_extract(r.doc, '$.result') = 'later'"
	    " AND r.attempt > (SELECT coalesce(max(attempt), 0) FROM receipt AS e"
	    " WHERE e.delivery_id = d.delivery_id AND json_extract(e.doc, '$.result') <> "
	    "'later'))"
	    " FROM temp.due AS t JOIN delivery AS d ON d.delivery_id = t.delivery_id"
	    " WHERE t.n = ?1");

	for (size_t i = 1; i <= count; i++) {
		sql_bind_integer(one, 1, (int64_t)i);
		if (sql_step(one)) {
			char *id = copy_of(one, 0, &id_len), *doc = copy_of(one, 1, &doc_len);
			struct outbox_row row = { { id, id_len }, { doc, doc_len },
				(int)sql_integer(one, 2), (int)sql_integer(one, 3) };
			sql_reset(one);
			visit(context, &row);
			free(doc);
			free(id);
		}
		sql_reset(one);
	}
	sql_free(one);
	return count;
}

void
outbox_begin(struct store *store)
{
	sql_begin(store);
}

void
outbox_end(struct store *store)
{
	sql_end(store);
}

bool
outbox_attempt(struct store *store, struct outbox_row *row, int64_t until)
{
	char instant[WHEN_INSTANT_MAX];
	char now[WHEN_INSTANT_MAX];
	struct query *count = sql_prepare(store,
	    "UPDATE delivery SET attempts = attempts + 1, next_at = CASE WHEN next_at > ?3 "
	    "THEN next_at ELSE ?3 END"
	    " WHERE delivery_id = ?1 AND attempts = ?2 AND status = 'queued'"
	    " AND NOT EXISTS (SELECT 1 FROM delivery AS o"
	    " WHERE json_extract(o.doc, '$.thread') = json_extract(delivery.doc, '$.thread')"
	    " AND json_extract(o.doc, '$.thread') IS NOT NULL AND o.seen < delivery.seen"
	    " AND o.status = 'queued' AND CASE WHEN o.next_at <= ?4 THEN NOT " STORE_IS_OVER(
		"delivery") " ELSE o.attempts > (SELECT coalesce(max(r.attempt), 0) FROM "
			    "receipt AS r"
			    " WHERE r.delivery_id = o.delivery_id) END)");

	sql_bind(count, 1, row->delivery_id);
	sql_bind_integer(count, 2, row->attempts);
	sql_bind(count, 3, span(when_instant_text(until, instant)));
	sql_bind(count, 4, span(when_instant_text(when_now(), now)));
	bool ours = sql_finish(count) == 1;
	sql_free(count);
	row->attempts += ours;
	return ours;
}

char *
outbox_ref(struct store *store, const char *thread)
{
	struct query *newest = sql_prepare(store,
	    "SELECT json_extract(r.doc, '$.ref') FROM delivery AS d"
	    " JOIN receipt AS r ON r.delivery_id = d.delivery_id"
	    " WHERE json_extract(d.doc, '$.thread') = ?1 AND json_extract(d.doc, '$.thread') IS"
	    " NOT NULL AND json_extract(r.doc, '$.result') = 'sent'"
	    " AND json_extract(r.doc, '$.ref') IS NOT NULL ORDER BY r.seen DESC, d.seen DESC, "
	    "d.delivery_id DESC"
	    " LIMIT 1");
	char *ref = NULL;
	size_t len;

	sql_bind(newest, 1, span(thread));
	if (sql_step(newest))
		ref = copy_of(newest, 0, &len);
	sql_free(newest);
	return ref;
}

static json_t *
value_of(struct query *query, int column)
{
	struct span text = sql_text(query, column);

	return text.at != NULL ? json_stringn(text.at, text.len) : NULL;
}

void
outbox_list(struct store *store, void (*take)(void *context, json_t *), void *context)
{
	static const char *const names[] = { "delivery_id", "status", "next_at", "receiver",
		"channel", "to", "priority", "form", "state", "subject", "due", "result", "at",
		"reason" };
	enum { NAMES = sizeof names / sizeof *names };
	struct query *rows = sql_prepare(store,
	    "SELECT d.delivery_id, status, next_at, d.receiver, d.channel, d.\"to\", priority,"
	    " form, state, subject, due, result, at, reason, attempts FROM deliveries AS d"
	    " LEFT JOIN receipts AS r ON r.delivery_id = d.delivery_id AND r.attempt = (SELECT"
	    " max(attempt) FROM receipt WHERE receipt.delivery_id = d.delivery_id)"
	    " WHERE status <> 'sent' AND coalesce(result, '') <> 'dropped'"
	    " ORDER BY status DESC, next_at, d.delivery_id");

	while (sql_step(rows)) {
		json_t *row = json_pack("{s:s}", "kind", "outbox");
		for (int i = 0; i < NAMES; i++)
			if (sql_text(rows, i).at != NULL)
				json_object_set_new(row, names[i], value_of(rows, i));
		json_object_set_new(row, "attempts", json_integer(sql_integer(rows, NAMES)));
		take(context, row);
		json_decref(row);
	}
	sql_free(rows);
}

size_t
outbox_count(struct store *store, const char *status)
{
	struct query *count =
	    sql_prepare(store, "SELECT count(*) FROM delivery WHERE status = ?1");

	sql_bind(count, 1, span(status));
	size_t found = sql_step(count) ? (size_t)sql_integer(count, 0) : 0;
	sql_free(count);
	return found;
}
