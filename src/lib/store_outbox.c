#include <jansson.h>
#include <stdlib.h>

#include "diag.h"
#include "mem.h"
#include "rec_out.h"
#include "store_sql.h"
#include "when.h"

/* The ids first, for the visits change what is being asked for. */
static char **
due_ids(struct store *store, int64_t now, size_t *count)
{
	char instant[WHEN_INSTANT_MAX], **ids = NULL;
	struct query *due = sql_prepare(store,
	    "SELECT delivery_id FROM deliveries WHERE status = 'queued' AND next_at <= ?1"
	    " ORDER BY priority, next_at, delivery_id");

	sql_bind(due, 1, span(when_instant_text(now, instant)));
	for (*count = 0; sql_step(due); ++*count) {
		struct span id = sql_text(due, 0);
		ids = mem_grow(ids, *count + 1, sizeof *ids);
		ids[*count] = mem_copy(id.at, id.len);
	}
	sql_free(due);
	return ids;
}

size_t
outbox_due(struct store *store, int64_t now, outbox_visit *visit, void *context)
{
	size_t count;
	char **ids = due_ids(store, now, &count);
	struct query *one =
	    sql_prepare(store, "SELECT doc, attempts FROM delivery WHERE delivery_id = ?1");

	for (size_t i = 0; i < count; i++) {
		sql_bind(one, 1, span(ids[i]));
		if (sql_step(one)) {
			struct span doc = sql_text(one, 0);
			char *copy = mem_copy(doc.at, doc.len);
			struct outbox_row row = { span(ids[i]), { copy, doc.len },
			    (int)sql_integer(one, 1) };
			sql_reset(one);
			visit(context, &row);
			free(copy);
		}
		sql_reset(one);
		free(ids[i]);
	}
	sql_free(one);
	free(ids);
	return count;
}

bool
outbox_attempt(struct store *store, struct outbox_row *row, int64_t until)
{
	char instant[WHEN_INSTANT_MAX];
	struct query *count = sql_prepare(store,
	    "UPDATE delivery SET attempts = attempts + 1, next_at = CASE WHEN next_at > ?3 "
	    "THEN next_at"
	    " ELSE ?3 END"
	    " WHERE delivery_id = ?1 AND attempts = ?2 AND status = 'queued'");

	sql_begin(store);
	sql_bind(count, 1, row->delivery_id);
	sql_bind_integer(count, 2, row->attempts);
	sql_bind(count, 3, span(when_instant_text(until, instant)));
	bool ours = sql_finish(count) == 1;
	sql_end(store);
	sql_free(count);
	row->attempts += ours;
	return ours;
}

/* What a receiver said may be in any encoding, and must be written down all the same. */
static json_t *
reason_of(const char *reason)
{
	if (reason == NULL)
		return NULL;

	json_t *text = json_string(reason);
	char *plain = mem_copy(reason, strlen(reason));
	for (char *p = plain; *p != '\0'; p++)
		if ((unsigned char)*p >= 0x80)
			*p = '?';
	if (text == NULL)
		text = json_string(plain);
	free(plain);
	return text;
}

struct outcome {
	const char *result, *reason, *key, *status;
	const char *next_at; /* NULL: as it was */
	bool sent;
};

static json_t *
receipt_of(const struct outbox_row *row, const json_t *delivery, const char *at,
    const struct outcome *outcome)
{
	static const char *const copied[] = { "receiver", "channel", "to" };
	json_t *receipt = json_pack("{s:s, s:i, s:s%}", "kind", "receipt", "v", 1,
	    "delivery_id", row->delivery_id.at, row->delivery_id.len);

	for (size_t i = 0; i < sizeof copied / sizeof *copied; i++)
		json_object_set(receipt, copied[i], json_object_get(delivery, copied[i]));
	json_t *rest = json_pack("{s:s, s:i, s:s, s:o*, s:s*}", "at", at, "attempt",
	    row->attempts, "result", outcome->result, "reason", reason_of(outcome->reason),
	    "key", outcome->key);
	if (receipt == NULL || rest == NULL || json_object_update(receipt, rest) != 0)
		die(EX_DATAERR, "%.*s: its receipt cannot be written as JSON",
		    (int)row->delivery_id.len, row->delivery_id.at);
	json_decref(rest);
	return receipt;
}

static void
add_receipt(
    struct store *store, const struct outbox_row *row, const json_t *receipt, const char *at)
{
	size_t len;
	char *text = rec_json(receipt, &len);
	struct query *add = sql_prepare(store,
	    "INSERT INTO receipt (delivery_id, attempt, seen, doc) VALUES (?1, ?2, ?3, ?4)");

	sql_bind(add, 1, row->delivery_id);
	sql_bind_integer(add, 2, row->attempts);
	sql_bind(add, 3, span(at));
	sql_bind(add, 4, (struct span){ text, len });
	sql_finish(add);
	sql_free(add);
	free(text);
}

static void
mark_alerts(struct store *store, const json_t *delivery, const char *at)
{
	size_t i;
	json_t *alert;

	json_array_foreach (json_object_get(delivery, "alerts"), i, alert) {
		const char *id = json_string_value(json_object_get(alert, "alert_id"));
		if (id != NULL)
			sql_run(store, "UPDATE alert SET sent_at = ?2 WHERE alert_id = ?1",
			    (struct span[]){ span(id), span(at) }, 2);
	}
}

static struct span
text_or_null(const char *text)
{
	return text != NULL ? span(text) : (struct span){ NULL, 0 };
}

static void
settle(struct store *store, const struct outbox_row *row, const struct outcome *outcome)
{
	char at[WHEN_INSTANT_MAX];
	json_t *delivery = json_loadb(row->doc.at, row->doc.len, 0, NULL);

	when_instant_text(when_now(), at);
	json_t *receipt = receipt_of(row, delivery, at, outcome);
	const struct span with[] = { row->delivery_id,
		span(outcome->status), text_or_null(outcome->next_at),
		    text_or_null(outcome->sent ? at : NULL) };
	sql_begin(store);
	add_receipt(store, row, receipt, at);
	sql_run(store,
	    "UPDATE delivery SET status = ?2, next_at = coalesce(?3, next_at), sent_at = ?4"
	    " WHERE delivery_id = ?1",
	    with, 4);
	if (outcome->sent)
		mark_alerts(store, delivery, at);
	sql_end(store);
	json_decref(receipt);
	json_decref(delivery);
}

void
outbox_sent(struct store *store, const struct outbox_row *row, const char *key)
{
	settle(store, row,
	    &(struct outcome){ .result = "sent", .status = "sent", .key = key, .sent = true });
}

void
outbox_later(
    struct store *store, const struct outbox_row *row, int64_t next_at, const char *reason)
{
	char instant[WHEN_INSTANT_MAX];

	settle(store, row,
	    &(struct outcome){ .result = "later",
		.status = "queued",
		.reason = reason,
		.next_at = when_instant_text(next_at, instant) });
}

void
outbox_refused(struct store *store, const struct outbox_row *row, const char *reason)
{
	settle(store, row,
	    &(struct outcome){ .result = "refused", .status = "dead", .reason = reason });
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
