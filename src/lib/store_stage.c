#include <stdlib.h>

#include "diag.h"
#include "mem.h"
#include "store_data.h"
#include "store_sql.h"

/*
 * What comes may come slowly, and nobody else could write meanwhile; so it is first gathered
 * in a temporary table, and copied in one go when the last of it has come.
 */
struct staging {
	struct store *store;
	const struct kind *kind;
	const char *run;
	bool whole;
	size_t count;
	struct query *add;
};

struct staging *
store_stage(struct store *store, const struct kind *kind, const char *run, bool whole)
{
	struct staging *staging = mem_new(1, sizeof *staging);

	*staging = (struct staging){ store, kind, run, whole, 0, NULL };
	sql_begin_aside(store);
	sql_run(store, "CREATE TEMP TABLE coming (key1, key2, key3, key4, note, more, doc)",
	    NULL, 0);
	staging->add =
	    sql_prepare(store, "INSERT INTO temp.coming VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)");
	return staging;
}

void
store_stage_add(struct staging *staging, const struct store_row *row)
{
	for (int i = 0; i < STORE_KEYS; i++)
		sql_bind(staging->add, i + 1, row->keys[i]);
	sql_bind(staging->add, 5, row->note);
	sql_bind(staging->add, 6, row->more);
	sql_bind(staging->add, 7, row->doc);
	sql_finish(staging->add);
	staging->count++;
}

static void
check_each_once(const struct staging *staging)
{
	struct query *twice = sql_prepare(staging->store,
	    "SELECT key1, key2, key3, key4 FROM temp.coming"
	    " GROUP BY 1, 2, 3, 4 HAVING count(*) > 1 ORDER BY 1, 2, 3, 4 LIMIT 1");

	if (sql_step(twice)) {
		struct span key = sql_text(twice, 0);
		die(EX_DATAERR, "%s: %s %.*s comes twice", staging->run, staging->kind->name,
		    (int)key.len, key.at);
	}
	sql_free(twice);
}

static void
note_stage(const struct staging *staging)
{
	struct query *note = sql_prepare(staging->store,
	    "INSERT INTO stages (run, kind, count, whole) VALUES (?1, ?2, ?3, ?4)");

	sql_bind(note, 1, span(staging->run));
	sql_bind(note, 2, span(staging->kind->name));
	sql_bind_integer(note, 3, (int64_t)staging->count);
	sql_bind_integer(note, 4, staging->whole);
	sql_finish(note);
	sql_free(note);
}

size_t
store_stage_end(struct staging *staging)
{
	struct store *store = staging->store;
	const struct span which[] = { span(staging->run), span(staging->kind->name) };
	size_t count = staging->count;

	sql_free(staging->add);
	sql_end(store);
	sql_begin(store);
	sql_run(store, "DELETE FROM stages WHERE run = ?1 AND kind = ?2", which, 2);
	sql_run(store, "DELETE FROM staged WHERE run = ?1 AND kind = ?2", which, 2);
	if (sql_run(store,
		"INSERT INTO staged"
		" SELECT ?1, ?2, key1, key2, key3, key4, note, more, doc FROM temp.coming"
		" WHERE true ORDER BY key1, key2, key3, key4 ON CONFLICT DO NOTHING",
		which, 2)
	    != count)
		check_each_once(staging);
	note_stage(staging);
	sql_end(store);
	sql_run(store, "DROP TABLE temp.coming", NULL, 0);
	free(staging);
	return count;
}
