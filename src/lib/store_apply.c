#include <stdio.h>
#include <stdlib.h>

#include "diag.h"
#include "mem.h"
#include "store_apply.h"
#include "when.h"

void
store_begin(struct store *store)
{
	sql_begin(store);
}

void
store_end(struct store *store)
{
	sql_end(store);
}

bool
store_staged(struct store *store, const char *run, const struct kind *kind, size_t *count)
{
	struct query *query =
	    sql_prepare(store, "SELECT count FROM stages WHERE run = ?1 AND kind = ?2");

	sql_bind(query, 1, span(run));
	sql_bind(query, 2, span(kind->name));
	bool found = sql_step(query);
	*count = found ? (size_t)sql_integer(query, 0) : 0;
	sql_free(query);
	return found;
}

static char *
joined(const char *const names[], int count)
{
	char *list = mem_printf("%s", names[0]);

	for (int i = 1; i < count; i++) {
		char *longer = mem_printf("%s, %s", list, names[i]);
		free(list);
		list = longer;
	}
	return list;
}

/* Our columns and, in the same order, those of staged that they come from. */
struct columns {
	const char *ours[STORE_KEYS + 2], *staged[STORE_KEYS + 2];
	int keys, count;
};

static struct columns
columns_of(const struct kind *kind)
{
	static const char *const places[] = { "key1", "key2", "key3", "key4", "note", "more" };
	struct columns columns = { 0 };

	for (int i = 0; i < STORE_KEYS + 2; i++) {
		const char *ours =
		    i < STORE_KEYS ? kind->keys[i] : kind->columns[i - STORE_KEYS];
		if (ours == NULL)
			continue;
		columns.ours[columns.count] = ours;
		columns.staged[columns.count++] = places[i];
		columns.keys += i < STORE_KEYS;
	}
	return columns;
}

size_t
apply_plain(const struct commit *commit, const struct kind *kind, const char *only)
{
	const struct span with[] = { commit->run, span(kind->name), commit->seen };
	struct columns columns = columns_of(kind);
	char *ours = joined(columns.ours, columns.count);
	char *staged = joined(columns.staged, columns.count);
	char *keys = joined(columns.ours, columns.keys);
	char *then = kind->frozen
	    ? mem_printf("NOTHING")
	    : mem_printf("UPDATE SET doc = excluded.doc, seen = excluded.seen"
			 " WHERE %s.doc <> excluded.doc",
		kind->table);
	char *sql = mem_printf("INSERT INTO %s (%s, seen, doc) SELECT %s, ?3, doc FROM staged"
			       " WHERE run = ?1 AND kind = ?2%s ON CONFLICT (%s) DO %s",
	    kind->table, ours, staged, only, keys, then);
	size_t changes = sql_run(commit->store, sql, with, 3);

	free(ours);
	free(staged);
	free(keys);
	free(then);
	free(sql);
	return changes;
}

/*
 * What is staged is dated.  The latest date is the alert as it stands; an earlier one, of a
 * day that is run again, goes to its history, if it does not end in that already.
 */
size_t
apply_alerts(const struct commit *commit, const struct kind *kind)
{
	const struct span with[] = { commit->run, span(kind->name), commit->seen };
	size_t changes = sql_run(commit->store,
	    "INSERT INTO alert_history (alert_id, seen, until, doc)"
	    " SELECT key1, ?3, ?3, s.doc FROM staged s JOIN alerts a ON a.alert_id = key1"
	    " WHERE s.run = ?1 AND s.kind = ?2 AND s.note < a.date AND s.doc <> coalesce("
	    " (SELECT h.doc FROM alert_history h WHERE h.alert_id = key1 AND h.date = s.note"
	    " ORDER BY h.n DESC LIMIT 1), '')",
	    with, 3);

	sql_run(commit->store,
	    "INSERT INTO alert_history (alert_id, seen, until, doc)"
	    " SELECT a.alert_id, a.seen, ?3, a.doc FROM staged s JOIN alerts a ON a.alert_id = "
	    "key1"
	    " WHERE s.run = ?1 AND s.kind = ?2 AND s.note >= a.date AND s.doc <> a.doc",
	    with, 3);
	return changes
	    + apply_plain(commit, kind,
		" AND NOT EXISTS (SELECT 1 FROM alerts WHERE alert_id = key1 AND date > note)");
}

/* Metrics that come whole: of the clocks and buckets among them, others are of the past. */
static size_t
drop_rest(const struct commit *commit)
{
	const struct span with[] = { commit->run };

	return sql_run(commit->store,
	    "DELETE FROM daily_metrics WHERE EXISTS (SELECT 1 FROM staged JOIN stages USING "
	    "(run, kind)"
	    " WHERE run = ?1 AND kind = 'metric' AND whole = 1 AND key1 = clock AND key2 = "
	    "bucket)"
	    " AND NOT EXISTS (SELECT 1 FROM staged WHERE run = ?1 AND kind = 'metric'"
	    " AND key1 = clock AND key2 = bucket AND key3 = date AND key4 = segment)",
	    with, 1);
}

static size_t
apply_kind(const struct commit *commit, const struct kind *kind)
{
	if (strcmp(kind->name, "deal") == 0)
		return apply_deals(commit);
	if (strcmp(kind->name, "alert") == 0)
		return apply_alerts(commit, kind);
	if (strcmp(kind->name, "metric") == 0)
		return drop_rest(commit) + apply_plain(commit, kind, "");
	return apply_plain(commit, kind, "");
}

static void
note_commit(const struct commit *commit, size_t changes)
{
	struct query *note = sql_prepare(commit->store,
	    "INSERT INTO commits (run, at, changes) VALUES (?1, ?2, ?3)"
	    " ON CONFLICT (run) DO UPDATE SET at = excluded.at, changes = excluded.changes");

	sql_bind(note, 1, commit->run);
	sql_bind(note, 2, commit->seen);
	sql_bind_integer(note, 3, (int64_t)changes);
	sql_finish(note);
	sql_free(note);
}

/* Rows by the million go at once when they are all that is there. */
static void
clear_stage(const struct commit *commit)
{
	struct store *store = commit->store;

	sql_run(store, "DELETE FROM stages WHERE run = ?1", &commit->run, 1);
	struct query *others = sql_prepare(store, "SELECT 1 FROM stages");
	bool alone = !sql_step(others);
	sql_free(others);
	if (alone)
		sql_run(store, "DELETE FROM staged", NULL, 0);
	else
		sql_run(store, "DELETE FROM staged WHERE run = ?1", &commit->run, 1);
}

/* Staged nothing: then it was committed before, or never put. */
static void
check_committed(const struct commit *commit)
{
	struct query *before =
	    sql_prepare(commit->store, "SELECT 1 FROM commits WHERE run = ?1");

	sql_bind(before, 1, commit->run);
	if (!sql_step(before))
		die(EX_NOINPUT, "%s: nothing is staged", commit->run.at);
	sql_free(before);
}

size_t
store_apply(struct store *store, const char *run, const char *zone)
{
	char instant[WHEN_INSTANT_MAX], today[WHEN_DAY_LEN + 2] = "\"0000-00-00\"";
	int64_t now = when_now();
	struct commit commit = { store,
		span(run), span(when_instant_text(now, instant)), { today, sizeof today } };
	size_t changes = 0, count, kinds = 0;

	when_text(when_local_day(now, zone), today + 1);
	for (const struct kind *kind = store_kinds(); kind->name != NULL; kind++)
		if (store_staged(store, run, kind, &count)) {
			changes += apply_kind(&commit, kind);
			kinds++;
		}
	if (kinds == 0) {
		check_committed(&commit);
		return 0;
	}
	clear_stage(&commit);
	note_commit(&commit, changes);
	return changes;
}
