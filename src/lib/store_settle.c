#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "diag.h"
#include "mem.h"
#include "outbox_hand.h"
#include "rec_out.h"
#include "store_fault.h"
#include "when.h"

enum { DAY_SECONDS = 24 * 3600 };

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

static json_t *
receipt_of(const struct outbox_row *row, const json_t *delivery, const char *result,
    const char *at, const struct outbox_fate *end)
{
	static const char *const copied[] = { "receiver", "channel", "to" };
	json_t *receipt = json_pack("{s:s, s:i, s:s%}", "kind", "receipt", "v", 1,
	    "delivery_id", row->delivery_id.at, row->delivery_id.len);

	for (size_t i = 0; i < sizeof copied / sizeof *copied; i++)
		json_object_set(receipt, copied[i], json_object_get(delivery, copied[i]));
	json_t *rest = json_pack("{s:s, s:i, s:s, s:o*, s:s*, s:s*}", "at", at, "attempt",
	    row->attempts, "result", result, "reason", reason_of(end->reason), "key", end->key,
	    "ref", end->ref);
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

/* The instant it first failed at since it was queued last; now, if it never did. */
static int64_t
first_failure(struct store *store, const struct outbox_row *row, int64_t now)
{
	struct query *first = sql_prepare(store,
	    "SELECT min(seen) FROM receipt WHERE delivery_id = ?1"
	    " AND attempt > (SELECT coalesce(max(attempt), 0) FROM receipt"
	    " WHERE delivery_id = ?1 AND json_extract(doc, '$.result') <> 'later')");
	int64_t since = now;

	sql_bind(first, 1, row->delivery_id);
	if (sql_step(first) && sql_text(first, 0).at != NULL)
		when_instant(sql_text(first, 0), &since);
	sql_free(first);
	return since;
}

static void
escalate(struct store *store, const struct outbox_row *row, const json_t *delivery,
    int64_t since, const char *result, const struct outbox_fate *end)
{
	bool is_dead = strcmp(result, "later") != 0;
	char *what;

	const char *reason = end->reason != NULL ? end->reason : "no reason given";
	if (!is_dead && !end->needs_person && row->failures + 1 < OUTBOX_FAILURES)
		return;
	if (!is_dead && end->needs_person)
		what = mem_printf("it waits for a person: %s", reason);
	else if (!is_dead)
		what =
		    mem_printf("%d attempts failed, the last: %s", row->failures + 1, reason);
	else if (strcmp(result, "expired") == 0)
		what = mem_printf("given up after %d days: %s", OUTBOX_DAYS, reason);
	else
		what = mem_printf("%s: %s", result, reason);
	fault_begin(store, delivery, since, is_dead, what);
	free(what);
}

static struct span
thread_of(const json_t *delivery)
{
	const char *thread = json_string_value(json_object_get(delivery, "thread"));

	return span(thread != NULL ? thread : "");
}

static struct span
text_or_null(const char *text)
{
	return text != NULL ? span(text) : (struct span){ NULL, 0 };
}

json_t *
outbox_settle(struct store *store, const struct outbox_row *row, const struct outbox_fate *end)
{
	static const char *const results[] = { "sent", "later", "refused" };
	static const char *const statuses[] = { "sent", "queued", "dead" };
	char at[WHEN_INSTANT_MAX], next[WHEN_INSTANT_MAX];
	int64_t now = when_now(), since;
	bool is_sent = end->what == OUTBOX_SENT, is_later = end->what == OUTBOX_LATER;
	json_t *delivery = json_loadb(row->doc.at, row->doc.len, 0, NULL);

	when_instant_text(now, at);
	since = is_sent ? now : first_failure(store, row, now);
	bool is_old = is_later && now - since >= OUTBOX_DAYS * DAY_SECONDS;
	const char *result = is_old ? "expired" : results[end->what];
	json_t *receipt = receipt_of(row, delivery, result, at, end);
	const struct span with[] = { row->delivery_id,
		span(is_old ? "dead" : statuses[end->what]),
		    text_or_null(
			is_later && !is_old ? when_instant_text(end->next_at, next) : NULL),
		    text_or_null(is_sent ? at : NULL) };

	add_receipt(store, row, receipt, at);
	sql_run(store,
	    "UPDATE delivery SET status = ?2, next_at = coalesce(?3, next_at), sent_at = ?4"
	    " WHERE delivery_id = ?1",
	    with, 4);
	if (is_sent) {
		mark_alerts(store, delivery, at);
		if (row->attempts > 1 || thread_of(delivery).len > 0)
			fault_end(store, row->delivery_id, thread_of(delivery));
	} else {
		escalate(store, row, delivery, since, result, end);
	}
	json_decref(delivery);
	return receipt;
}

/* ---- what nobody need hear any more */

/* Later than `delivery`, and it makes that untrue. */
#define IS_SUPERSEDED \
	"EXISTS (SELECT 1 FROM delivery AS l" \
	" WHERE json_extract(l.doc, '$.thread') = json_extract(delivery.doc, '$.thread')" \
	" AND json_extract(l.doc, '$.thread') IS NOT NULL AND l.seen > delivery.seen" \
	" AND (l.status = 'sent' OR " STORE_IS_OVER("l") "))"

/* Its receipt is that of one attempt more, which nobody made. */
static json_t *
receipt_of_drop(
    struct store *store, struct outbox_row *row, const json_t *delivery, const char *reason)
{
	char at[WHEN_INSTANT_MAX];

	when_instant_text(when_now(), at);
	row->attempts++;
	json_t *receipt =
	    receipt_of(row, delivery, "dropped", at, &(struct outbox_fate){ .reason = reason });
	add_receipt(store, row, receipt, at);
	return receipt;
}

/* Its fault stands for what supersedes it, which waits on the same way. */
json_t *
outbox_supersede(struct store *store, struct outbox_row *row)
{
	struct query *drop = sql_prepare(store,
	    "UPDATE delivery SET status = 'dead', attempts = attempts + 1 WHERE delivery_id = "
	    "?1 AND attempts = ?2 AND status = 'queued' AND " IS_SUPERSEDED);

	sql_bind(drop, 1, row->delivery_id);
	sql_bind_integer(drop, 2, row->attempts);
	bool is_dropped = sql_finish(drop) == 1;
	sql_free(drop);
	if (!is_dropped)
		return NULL;
	json_t *delivery = json_loadb(row->doc.at, row->doc.len, 0, NULL);
	json_t *receipt = receipt_of_drop(
	    store, row, delivery, "superseded: a later message of its thread tells more");
	json_decref(delivery);
	return receipt;
}

/* ---- by hand */

struct found {
	struct outbox_row row;
	char *id, *doc;
	bool is_sent, is_on_its_way, is_superseded;
};

/* On its way: its last attempt was counted, has no receipt, and its time is not over. */
static bool
find(struct store *store, const char *delivery_id, struct found *found)
{
	char now[WHEN_INSTANT_MAX];
	struct query *one = sql_prepare(store,
	    "SELECT doc, attempts, status = 'sent', status = 'queued' AND next_at > ?2"
	    " AND attempts > (SELECT coalesce(max(attempt), 0) FROM receipt"
	    " WHERE delivery_id = ?1), " IS_SUPERSEDED " FROM delivery WHERE delivery_id = ?1");

	sql_bind(one, 1, span(delivery_id));
	sql_bind(one, 2, span(when_instant_text(when_now(), now)));
	bool is_there = sql_step(one);
	if (is_there) {
		struct span doc = sql_text(one, 0);
		found->doc = mem_copy(doc.at, doc.len);
		found->id = mem_copy(delivery_id, strlen(delivery_id));
		found->row = (struct outbox_row){ span(found->id), { found->doc, doc.len },
		    (int)sql_integer(one, 1), 0 };
		found->is_sent = sql_integer(one, 2);
		found->is_on_its_way = sql_integer(one, 3);
		found->is_superseded = sql_integer(one, 4);
	}
	sql_free(one);
	return is_there;
}

static enum outbox_answer
answer_of(bool is_there, const struct found *found)
{
	return !is_there           ? OUTBOX_NONE
	    : found->is_sent       ? OUTBOX_WAS_SENT
	    : found->is_on_its_way ? OUTBOX_ON_ITS_WAY
				   : OUTBOX_IS_DONE;
}

static void
found_release(struct found *found)
{
	free(found->id);
	free(found->doc);
}

enum outbox_answer
outbox_retry(struct store *store, const char *delivery_id)
{
	char now[WHEN_INSTANT_MAX];
	struct found found = { 0 };

	sql_begin(store);
	enum outbox_answer answer = answer_of(find(store, delivery_id, &found), &found);
	if (answer == OUTBOX_IS_DONE && found.is_superseded)
		answer = OUTBOX_IS_SUPERSEDED;
	if (answer == OUTBOX_IS_DONE)
		sql_run(store,
		    "UPDATE delivery SET status = 'queued', next_at = ?2 WHERE delivery_id = "
		    "?1",
		    (struct span[]){
			span(delivery_id), span(when_instant_text(when_now(), now)) }, 2);
	sql_end(store);
	found_release(&found);
	return answer;
}

static char *
reason_with_name(const char *why)
{
	const struct passwd *who = getpwuid(getuid());

	return who != NULL ? mem_printf("by %s: %s", who->pw_name, why)
			   : mem_printf("by user %ju: %s", (uintmax_t)getuid(), why);
}

enum outbox_answer
outbox_drop(struct store *store, const char *delivery_id, const char *why, json_t **receipt)
{
	struct found found = { 0 };

	sql_begin(store);
	enum outbox_answer answer = answer_of(find(store, delivery_id, &found), &found);
	if (answer == OUTBOX_IS_DONE) {
		char *reason = reason_with_name(why);
		json_t *delivery = json_loadb(found.row.doc.at, found.row.doc.len, 0, NULL);
		*receipt = receipt_of_drop(store, &found.row, delivery, reason);
		sql_run(store,
		    "UPDATE delivery SET status = 'dead', attempts = attempts + 1"
		    " WHERE delivery_id = ?1",
		    (struct span[]){ span(delivery_id) }, 1);
		fault_end(store, span(delivery_id), thread_of(delivery));
		json_decref(delivery);
		free(reason);
	}
	sql_end(store);
	found_release(&found);
	return answer;
}
