#include <stdlib.h>

#include "mem.h"
#include "store_load.h"
#include "when.h"

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

/* The columns to fill: keys, note, more. */
struct columns {
	const char *names[STORE_KEYS + 2];
	int keys, count;
};

static struct columns
columns_of(const struct kind *kind)
{
	struct columns columns = { 0 };

	for (int i = 0; i < STORE_KEYS + 2; i++) {
		const char *name =
		    i < STORE_KEYS ? kind->keys[i] : kind->columns[i - STORE_KEYS];
		if (name == NULL)
			continue;
		columns.names[columns.count++] = name;
		columns.keys += i < STORE_KEYS;
	}
	return columns;
}

static char *
then(const struct kind *kind, const struct columns *columns)
{
	char *keys = joined(columns->names, columns->keys), *set;

	if (kind->frozen) {
		set = mem_printf("ON CONFLICT (%s) DO NOTHING", keys);
		free(keys);
		return set;
	}
	set = mem_printf("ON CONFLICT (%s) DO UPDATE SET seen = excluded.seen,"
			 " doc = excluded.doc",
	    keys);
	free(keys);
	for (int i = columns->keys; i < columns->count; i++) {
		const char *name = columns->names[i];
		char *longer = mem_printf("%s, %s = excluded.%s", set, name, name);
		free(set);
		set = longer;
	}
	char *only = mem_printf("%s WHERE %s.doc <> excluded.doc", set, kind->name);
	free(set);
	return only;
}

static struct query *
prepare_put(struct load *load)
{
	const struct kind *kind = load->kind;
	struct columns columns = columns_of(kind);
	char *names = joined(columns.names, columns.count);
	char *all = mem_printf("%s, seen, doc", names);
	char *otherwise = then(kind, &columns);
	struct query *put = sql_add(load->store, kind->name, all, otherwise);

	free(names);
	free(all);
	free(otherwise);
	return put;
}

void
load_put(struct load *load, const struct store_row *row, struct span seen)
{
	const struct kind *kind = load->kind;
	int place = 0;

	for (int i = 0; i < STORE_KEYS; i++)
		if (kind->keys[i] != NULL)
			sql_bind(load->put, ++place, row->keys[i]);
	if (kind->columns[0] != NULL)
		sql_bind(load->put, ++place, row->note);
	if (kind->columns[1] != NULL)
		sql_bind(load->put, ++place, row->more);
	sql_bind(load->put, ++place, seen);
	sql_bind(load->put, ++place, row->doc);
	load->changes += sql_finish(load->put);
}

static void
plain_row(struct load *load, const struct store_row *row)
{
	load_put(load, row, span(load->seen));
}

/* Those that came are remembered, so that the rest can go. */
static void
whole_row(struct load *load, const struct store_row *row)
{
	plain_row(load, row);
	for (int i = 0; i < STORE_KEYS; i++)
		sql_bind(load->own, i + 1, row->keys[i]);
	sql_finish(load->own);
}

static void
whole_end(struct load *load)
{
	sql_free(load->own);
	load->changes += sql_run(load->store,
	    "DELETE FROM metric AS m WHERE EXISTS (SELECT 1 FROM came AS c"
	    " WHERE c.clock = m.clock AND c.bucket = m.bucket) AND NOT EXISTS"
	    " (SELECT 1 FROM came AS c WHERE c.clock = m.clock AND c.bucket = m.bucket"
	    " AND c.date = m.date AND c.segment = m.segment)",
	    NULL, 0);
}

static void
metrics_whole(struct load *load, double most_deleted)
{
	(void)most_deleted; /* metrics are made anew from the deals */
	sql_run(load->store,
	    "CREATE TEMPORARY TABLE came (clock TEXT, bucket TEXT, date TEXT, segment TEXT,"
	    " PRIMARY KEY (clock, bucket, date, segment))",
	    NULL, 0);
	load->own = sql_add(load->store, "came", "clock, bucket, date, segment", "");
	load->row = whole_row;
	load->end = whole_end;
}

static const struct {
	const char *kind;
	void (*load)(struct load *);
	void (*whole)(struct load *, double most_deleted);
} loads[] = {
	{ "deal", load_deals, deals_whole },
	{ "change", load_changes, NULL },
	{ "alert", load_alerts, NULL },
	{ "metric", NULL, metrics_whole },
};

struct load *
store_load(struct store *store, const struct kind *kind, const char *run, const char *zone)
{
	struct load *load = mem_new(1, sizeof *load);
	char instant[WHEN_INSTANT_MAX], day[WHEN_DAY_LEN];
	int64_t now = when_now();

	load->store = store;
	load->kind = kind;
	load->run = mem_printf("%s", run);
	load->seen = mem_printf("%s", when_instant_text(now, instant));
	when_text(when_local_day(now, zone), day);
	load->today = mem_printf("\"%.*s\"", WHEN_DAY_LEN, day);
	load->row = plain_row;
	for (size_t i = 0; i < sizeof loads / sizeof *loads; i++)
		if (strcmp(loads[i].kind, kind->name) == 0 && loads[i].load != NULL)
			loads[i].load(load);
	if (load->put == NULL)
		load->put = prepare_put(load);
	return load;
}

void
store_load_from(struct load *load, const char *name, const char *take_over)
{
	deals_from(load, name, take_over);
}

void
store_load_past(struct load *load)
{
	load->past = true;
}

void
store_load_whole(struct load *load, double most_deleted)
{
	for (size_t i = 0; i < sizeof loads / sizeof *loads; i++)
		if (strcmp(loads[i].kind, load->kind->name) == 0)
			loads[i].whole(load, most_deleted);
}

void
store_load_row(struct load *load, const struct store_row *row)
{
	load->row(load, row);
}

size_t
store_load_end(struct load *load)
{
	if (load->end != NULL)
		load->end(load);

	size_t changes = load->changes + sql_flush(load->put);
	sql_free(load->put);
	free(load->run);
	free(load->seen);
	free(load->today);
	free(load);
	return changes;
}

void
store_begin(struct store *store)
{
	sql_begin(store);
}

void
store_done(struct store *store)
{
	sql_end(store);
}

bool
store_committed(struct store *store, const char *run)
{
	struct query *before = sql_prepare(store, "SELECT 1 FROM committed WHERE run = ?1");

	sql_bind(before, 1, span(run));
	bool found = sql_step(before);
	sql_free(before);
	return found;
}

void
store_end(struct store *store, const char *run, size_t changes)
{
	char at[WHEN_INSTANT_MAX];
	struct query *note = sql_prepare(store,
	    "INSERT INTO committed (run, at, changes) VALUES (?1, ?2, ?3)"
	    " ON CONFLICT (run) DO UPDATE SET at = excluded.at, changes = excluded.changes");

	sql_bind(note, 1, span(run));
	sql_bind(note, 2, span(when_instant_text(when_now(), at)));
	sql_bind_integer(note, 3, (int64_t)changes);
	sql_finish(note);
	sql_free(note);
	sql_end(store);
}
