#include <stdlib.h>

#include "diag.h"
#include "mem.h"
#include "rec.h"
#include "rec_out.h"
#include "store_engine.h"
#include "store_keep.h"
#include "store_table.h"

enum { ENVELOPE = 64 << 10 }; /* a record less its doc, at most */

static void
begin_kind(struct rec_out *out, const char *kind)
{
	rec_begin(out, NULL);
	rec_put_text(out, span("kind"), span(kind));
	rec_put_integer(out, span("v"), 1);
}

static void
put_column(struct rec_out *out, const char *name, struct span value)
{
	if (value.at == NULL)
		return;
	if (column_is_integer(name))
		rec_put_json(out, span(name), value);
	else
		rec_put_text(out, span(name), value);
}

/* A record has its bytes back from within another only if it begins and ends as one. */
static bool
fits(struct span doc)
{
	return doc.len < REC_MAX - ENVELOPE && doc.at[0] == '{' && doc.at[doc.len - 1] == '}';
}

static void
dump_row(struct rec_out *out, const struct table *table, struct query *row)
{
	int count = table_count(table);
	bool has_doc = table_has_doc(table);

	begin_kind(out, "kept");
	rec_put_text(out, span("table"), span(table->name));
	for (int i = 0; i < count - has_doc; i++)
		put_column(out, table->columns[i], sql_text(row, i));
	struct span doc = has_doc ? sql_text(row, count - 1) : span("{}");
	if (has_doc && fits(doc))
		rec_put_json(out, span("doc"), doc);
	else if (has_doc)
		rec_put_json(out, span("next"), span("true"));
	rec_end(out);
	if (!fits(doc))
		rec_pass(out, &(struct rec){ .line = doc });
}

static size_t
dump_table(struct store *store, const struct table *table, struct rec_out *out)
{
	char *list = table_list(table, table_count(table)), *order = table_order(table);
	char *sql = mem_printf("SELECT %s FROM %s ORDER BY %s", list, table->name, order);
	struct query *rows = sql_prepare(store, sql);
	size_t count = 0;

	sql_stream(rows);
	for (; sql_step(rows); count++)
		dump_row(out, table, rows);
	sql_free(rows);
	free(sql);
	free(order);
	free(list);
	return count;
}

static bool
is_among(const char *name, const char *const *names, int count)
{
	for (int i = 0; i < count; i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	return count == 0;
}

static void
check_tables(const char *const *names, int count)
{
	for (int i = 0; i < count; i++) {
		const struct table *table = store_tables();
		while (table->name != NULL && strcmp(table->name, names[i]) != 0)
			table++;
		if (table->name == NULL)
			die(EX_USAGE, "no table %s", names[i]);
	}
}

size_t
store_dump(struct store *store, const char *const *tables, int some, struct rec_out *out)
{
	size_t count = 0;

	check_tables(tables, some);
	begin_kind(out, "dump");
	rec_put_integer(out, span("version"), STORE_VERSION);
	rec_end(out);
	sql_begin_reading(store);
	for (const struct table *table = store_tables(); table->name != NULL; table++)
		if (is_among(table->name, tables, some))
			count += dump_table(store, table, out);
	sql_end(store);
	begin_kind(out, "dump_end");
	rec_put_integer(out, span("rows"), (int64_t)count);
	rec_end(out);
	return count;
}

void
store_copy(struct store *store, const char *path)
{
	store->engine->copy(store, path);
}
