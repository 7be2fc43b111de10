#include <stdlib.h>

#include "diag.h"
#include "mem.h"
#include "rec.h"
#include "store_engine.h"
#include "store_keep.h"
#include "store_table.h"

enum { TABLES_MAX = 24 };

/* A dump that is read: where the fields of its records are, whose rows come, and how many. */
struct restore {
	struct rec_in *in;
	const char *name;
	size_t kind, table, version, rows, doc, next;
	size_t slots[TABLES_MAX][TABLE_COLUMNS]; /* of the columns of each table */
	const struct table *now;
	struct query *add;
	size_t count;
};

static _Noreturn void
refuse(const struct restore *restore, const struct rec *rec, const char *why)
{
	die(EX_DATAERR, "%s:%zu: %s", restore->name, rec->number, why);
}

static void
check_empty(struct store *store)
{
	for (const struct table *table = store_tables(); table->name != NULL; table++) {
		char *sql = mem_printf("SELECT 1 FROM %s LIMIT 1", table->name);
		struct query *any = sql_prepare(store, sql);
		if (sql_step(any))
			sql_refuse(store, EX_DATAERR,
			    "there is something in it; a dump makes a store of its own");
		sql_free(any);
		free(sql);
	}
}

static void
check_version(const struct restore *restore, const struct rec *rec)
{
	struct span text = rec_text(rec, restore->version);

	if (!span_is(rec_text(rec, restore->kind), "dump")
	    || rec->fields[restore->version].type != REC_INTEGER)
		refuse(restore, rec, "no dump of a store begins so");
	char *digits = mem_copy(text.at, text.len);
	long version = strtol(digits, NULL, 10);
	if (version > STORE_VERSION)
		die(EX_CONFIG, "%s: version %ld, made by a newer saleswatch; this one knows %d",
		    restore->name, version, STORE_VERSION);
	free(digits);
}

static const struct table *
table_named(struct span name)
{
	const struct table *table = store_tables();

	while (table->name != NULL && !span_is(name, table->name))
		table++;
	return table->name != NULL ? table : NULL;
}

/* Rows of a table come one after another. */
static void
turn_to(struct restore *restore, struct store *store, const struct table *table)
{
	if (restore->add != NULL)
		sql_free(restore->add);
	restore->add = NULL;
	restore->now = table;
	if (table == NULL)
		return;
	char *list = table_list(table, table_count(table));
	restore->add = sql_add(store, table->name, list, "");
	free(list);
}

/* What is bound for the columns of its table but doc; how many. */
static int
values_of(const struct restore *restore, const struct rec *rec, struct span *values)
{
	const size_t *slots = restore->slots[restore->now - store_tables()];
	int count = table_count(restore->now) - table_has_doc(restore->now);

	for (int i = 0; i < count; i++) {
		bool there = rec->fields[slots[i]].type != REC_ABSENT;
		values[i] = there ? rec_text(rec, slots[i]) : (struct span){ NULL, 0 };
	}
	return count;
}

static void
add_row(struct restore *restore, const struct span *values, int count)
{
	for (int i = 0; i < count; i++)
		sql_bind(restore->add, i + 1, values[i]);
	sql_finish(restore->add);
	restore->count++;
}

/* Its doc is the next line: what it says itself must outlive it. */
static void
add_pair(struct restore *restore, const struct rec *rec)
{
	struct span values[TABLE_COLUMNS];
	int count = values_of(restore, rec, values);

	for (int i = 0; i < count; i++)
		if (values[i].at != NULL)
			values[i].at = mem_copy(values[i].at, values[i].len);
	const struct rec *doc = rec_next(restore->in);
	if (doc == NULL)
		die(EX_DATAERR, "%s: its last record is missing", restore->name);
	values[count] = doc->line;
	add_row(restore, values, count + 1);
	for (int i = 0; i < count; i++)
		free((char *)values[i].at);
}

static void
take_kept(struct restore *restore, struct store *store, const struct rec *rec)
{
	const struct table *table = table_named(rec_text(rec, restore->table));
	bool next = rec->fields[restore->next].type == REC_TRUE;

	if (table == NULL)
		refuse(restore, rec, "of a table that is not known");
	if (!next && table_has_doc(table) && rec->fields[restore->doc].type != REC_OBJECT)
		refuse(restore, rec, "no doc");
	if (table != restore->now)
		turn_to(restore, store, table);
	if (next) {
		add_pair(restore, rec);
		return;
	}
	struct span values[TABLE_COLUMNS];
	int count = values_of(restore, rec, values);
	values[count] = rec_text(rec, restore->doc);
	add_row(restore, values, table_count(table));
}

static void
check_end(const struct restore *restore, const struct rec *rec)
{
	struct span text = rec_text(rec, restore->rows);
	char *digits = mem_copy(text.at, text.len);

	if (strtoull(digits, NULL, 10) != restore->count)
		refuse(restore, rec, "rows are missing before it");
	free(digits);
	if (rec_next(restore->in) != NULL)
		refuse(restore, rec, "something follows this end of the dump");
}

static void
want_fields(struct restore *restore)
{
	struct rec_in *in = restore->in;

	restore->kind = rec_want(in, "kind");
	restore->table = rec_want(in, "table");
	restore->version = rec_want(in, "version");
	restore->rows = rec_want(in, "rows");
	restore->doc = rec_want(in, "doc");
	restore->next = rec_want(in, "next");
	for (const struct table *table = store_tables(); table->name != NULL; table++)
		for (int i = 0; i < table_count(table); i++)
			restore->slots[table - store_tables()][i] =
			    rec_want(in, table->columns[i]);
}

static void
take_all(struct restore *restore, struct store *store)
{
	const struct rec *rec;

	while ((rec = rec_next(restore->in)) != NULL) {
		if (span_is(rec_text(rec, restore->kind), "dump_end")) {
			check_end(restore, rec);
			return;
		}
		if (!span_is(rec_text(rec, restore->kind), "kept"))
			refuse(restore, rec, "neither kept nor the end of the dump");
		take_kept(restore, store, rec);
	}
	die(EX_DATAERR, "%s: the end of the dump is missing", restore->name);
}

size_t
store_restore(struct store *store, struct rec_in *in, const char *name)
{
	struct restore restore = { .in = in, .name = name };
	const struct rec *rec;

	want_fields(&restore);
	rec = rec_next(in);
	if (rec == NULL)
		die(EX_DATAERR, "%s: no dump of a store is empty", name);
	check_version(&restore, rec);
	sql_begin(store);
	check_empty(store);
	take_all(&restore, store);
	turn_to(&restore, store, NULL);
	sql_end(store);
	return restore.count;
}
