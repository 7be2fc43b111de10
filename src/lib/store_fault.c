#include <stdlib.h>

#include "mem.h"
#include "rec_out.h"
#include "store_doc.h"
#include "store_fault.h"
#include "when.h"

static struct span
text_of(const json_t *record, const char *name)
{
	const json_t *text = json_object_get(record, name);

	return json_is_string(text)
	    ? (struct span){ json_string_value(text), json_string_length(text) }
	    : span("");
}

/* It stands, and is about the delivery ?1 or another of the thread ?2. */
#define IS_OF_THREAD \
	"stage = 'notify' AND json_extract(doc, '$.until') IS NULL" \
	" AND (json_extract(doc, '$.delivery_id') = ?1 OR json_extract(doc, '$.delivery_id') " \
	"IN" \
	" (SELECT t.delivery_id FROM delivery AS t WHERE json_extract(t.doc, '$.thread') = ?2" \
	" AND json_extract(t.doc, '$.thread') IS NOT NULL))"

static bool
is_any(struct store *store, const char *sql, const struct span *texts, int count)
{
	struct query *query = sql_prepare(store, sql);

	for (int i = 0; i < count; i++)
		sql_bind(query, i + 1, texts[i]);
	bool found = sql_step(query);
	sql_free(query);
	return found;
}

static bool
is_letter(const json_t *delivery)
{
	return span_is(text_of(delivery, "form"), "fault");
}

/* Whether it tells that another one, of a fault, was not taken: there it ends. */
static bool
is_second_letter(struct store *store, const json_t *delivery)
{
	const json_t *fault;
	bool found = false;
	size_t i;

	if (is_letter(delivery))
		json_array_foreach (json_object_get(delivery, "faults"), i, fault)
			found = found
			    || is_any(store,
				"SELECT 1 FROM delivery WHERE delivery_id = ?1"
				" AND json_extract(doc, '$.form') = 'fault'",
				(struct span[]){ text_of(fault, "delivery_id") }, 1);
	return found;
}

/* Its own fault stands, or its thread's; or it waits as another does, and that one's fault tells of the way,
 * but not of what a letter about a fault was to say. */
static bool
is_told(struct store *store, const json_t *delivery, bool is_dead)
{
	if (is_any(store, "SELECT 1 FROM fault WHERE " IS_OF_THREAD,
		(struct span[]){
		    text_of(delivery, "delivery_id"), text_of(delivery, "thread") },
		2))
		return true;
	return !is_dead && !is_letter(delivery)
	    && is_any(store,
		"SELECT 1 FROM fault AS f JOIN delivery AS d"
		" ON d.delivery_id = json_extract(f.doc, '$.delivery_id')"
		" WHERE f.stage = 'notify' AND json_extract(f.doc, '$.until') IS NULL"
		" AND d.status = 'queued' AND json_extract(d.doc, '$.receiver') = ?1"
		" AND json_extract(d.doc, '$.channel') = ?2"
		" AND coalesce(json_extract(d.doc, '$.to'), '') = ?3",
		(struct span[]){ text_of(delivery, "receiver"), text_of(delivery, "channel"),
		    text_of(delivery, "to") },
		3);
}

/* A fault is known by its second: of two that began in the same one, one began a second later. */
static const char *
free_second(struct store *store, int64_t since, char text[WHEN_INSTANT_MAX])
{
	while (is_any(store, "SELECT 1 FROM fault WHERE stage = 'notify' AND since = ?1",
	    (struct span[]){ span(when_instant_text(since, text)) }, 1))
		since++;
	return text;
}

static void
add(struct store *store, const json_t *fault, const char *since)
{
	char now[WHEN_INSTANT_MAX];
	size_t len;
	char *text = rec_json(fault, &len);

	sql_run(store,
	    "INSERT INTO fault (stage, since, seen, doc) VALUES ('notify', ?1, ?2, ?3)",
	    (struct span[]){
		span(since), span(when_instant_text(when_now(), now)), { text, len } }, 3);
	free(text);
}

void
fault_begin(
    struct store *store, const json_t *delivery, int64_t since, bool is_dead, const char *what)
{
	static const char *const copied[] = { "receiver", "channel", "to", "delivery_id" };
	struct span receiver = text_of(delivery, "receiver"),
		    channel = text_of(delivery, "channel");
	char second[WHEN_INSTANT_MAX];

	struct span unsaid = is_letter(delivery) ? text_of(delivery, "subject") : span("");

	if (json_is_true(json_object_get(delivery, "drill"))
	    || is_second_letter(store, delivery) || is_told(store, delivery, is_dead))
		return;
	char *reason = mem_printf("%.*s by %.*s: %s%s%.*s", (int)receiver.len, receiver.at,
	    (int)channel.len, channel.at, what, unsaid.len > 0 ? "; it was to say: " : "",
	    (int)unsaid.len, unsaid.at);
	json_t *fault = json_pack("{s:s, s:i, s:s, s:s, s:s, s:s}", "kind", "fault", "v", 1,
	    "stage", "notify", "since", free_second(store, since, second), "reason", reason,
	    "pipeline", "deliver");

	for (size_t i = 0; i < sizeof copied / sizeof *copied; i++)
		json_object_set(fault, copied[i], json_object_get(delivery, copied[i]));
	add(store, fault, second);
	json_decref(fault);
	free(reason);
}

/* The record that says so; free() it. */
static struct span
over_at(struct span doc, const char *now)
{
	static const char *const until[] = { "until", NULL };
	char *less = mem_new(doc.len, 1), *instant = mem_printf("\"%s\"", now);
	struct span rest = { less, doc_without(doc, until, less) };
	struct span over = doc_with(rest, span("until"), span(instant));

	free(instant);
	free(less);
	return over;
}

void
fault_end(struct store *store, struct span delivery_id, struct span thread)
{
	char now[WHEN_INSTANT_MAX];

	struct query *standing =
	    sql_prepare(store, "SELECT since, doc FROM fault WHERE " IS_OF_THREAD " LIMIT 1");

	when_instant_text(when_now(), now);
	sql_bind(standing, 1, delivery_id);
	sql_bind(standing, 2, thread);
	while (sql_step(standing)) {
		struct span since = sql_text(standing, 0),
			    doc = over_at(sql_text(standing, 1), now);
		sql_run(store,
		    "UPDATE fault SET doc = ?2, seen = ?3 WHERE stage = 'notify' AND since = "
		    "?1",
		    (struct span[]){ since, doc, span(now) }, 3);
		free((char *)doc.at);
		sql_reset(standing);
	}
	sql_free(standing);
}
