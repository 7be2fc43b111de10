#include <stdlib.h>

#include "mem.h"
#include "store_keep.h"
#include "store_sql.h"
#include "store_stands.h"

/* ?1 is the day before which what nobody needs may go. */
static const struct rule {
	const char *kind;
	int least;
	const char *sql, *more;
} rules[] = {
	{ "deal", 1, "DELETE FROM deal_version WHERE until < ?1",
	    "DELETE FROM deal WHERE deleted IS NOT NULL AND seen < ?1" },
	{ "change", 1, "DELETE FROM change WHERE seen < ?1", NULL },
	{ "metric", 35, "DELETE FROM metric WHERE date < ?1", NULL },
	{ "quality", 70, "DELETE FROM quality WHERE date < ?1", NULL },
	{ "alert", 35, "DELETE FROM alert_version WHERE date < ?1 AND until < ?1", NULL },
	{ "incident", 35, "DELETE FROM incident WHERE json_extract(doc, '$.closed') < ?1",
	    NULL },
	{ "delivery", 35, NULL, NULL },
	{ "feedback", 35, "DELETE FROM feedback WHERE at < ?1", NULL },
	{ "silence", 1, "DELETE FROM silence WHERE json_extract(doc, '$.until') < ?1", NULL },
	{ "run", 35, "DELETE FROM run WHERE period < ?1",
	    "DELETE FROM committed WHERE at < ?1" },
	{ "fault", 35, "DELETE FROM fault WHERE json_extract(doc, '$.until') < ?1", NULL },
	{ .kind = NULL },
};

static const struct rule *
rule_of(const char *kind)
{
	const struct rule *rule = rules;

	while (rule->kind != NULL && strcmp(rule->kind, kind) != 0)
		rule++;
	return rule;
}

int
prune_least(const char *kind)
{
	const struct rule *rule = rule_of(kind);

	return rule->kind != NULL ? rule->least : -1;
}

/* Those that were settled before that day, but for what is needed; as many as one look gives. */
static size_t
forget(struct store *store, char *const *ids, size_t count)
{
	struct query *receipts =
	    sql_prepare(store, "DELETE FROM receipt WHERE delivery_id = ?1");
	struct query *delivery =
	    sql_prepare(store, "DELETE FROM delivery WHERE delivery_id = ?1");
	size_t rows = 0;

	for (size_t i = 0; i < count; i++) {
		sql_bind(receipts, 1, span(ids[i]));
		sql_bind(delivery, 1, span(ids[i]));
		rows += sql_finish(receipts);
		rows += sql_finish(delivery);
	}
	sql_free(receipts);
	sql_free(delivery);
	return rows;
}

static size_t
prune_deliveries(struct store *store, struct span before)
{
	struct query *old = sql_prepare(store,
	    "SELECT delivery_id, doc FROM delivery WHERE status <> 'queued'"
	    " AND coalesce(sent_at, next_at) < ?1");
	struct stands *stands = stands_read(store, before);
	size_t count = 0, most = 0;
	char **ids = NULL;

	sql_bind(old, 1, before);
	while (sql_step(old)) {
		struct span id = sql_text(old, 0);
		if (stands_needs(stands, sql_text(old, 1)))
			continue;
		if (count == most)
			ids = mem_grow(ids, most = most * 2 + 64, sizeof *ids);
		ids[count++] = mem_copy(id.at, id.len);
	}
	sql_free(old);
	stands_free(stands);
	size_t rows = forget(store, ids, count);
	for (size_t i = 0; i < count; i++)
		free(ids[i]);
	free(ids);
	return rows;
}

size_t
store_prune(struct store *store, const char *kind, const char *before)
{
	const struct rule *rule = rule_of(kind);
	struct span day = span(before);

	if (rule->sql == NULL)
		return prune_deliveries(store, day);
	size_t rows = sql_run(store, rule->sql, &day, 1);
	if (rule->more != NULL)
		rows += sql_run(store, rule->more, &day, 1);
	return rows;
}
