#include <stdio.h>
#include <stdlib.h>

#include "mem.h"
#include "person.h"
#include "store_doc.h"
#include "store_engine.h"
#include "store_keep.h"
#include "store_table.h"
#include "when.h"

/* What is staged in a store that is no file. */
static const struct table staged = { "staged", { "run", "kind", "lines" }, 0 };

/* Rows of a table that name the person: what they are, and are to be. */
struct row {
	char *old[TABLE_COLUMNS + 1]; /* the columns, and n; NULL: as it is in SQL */
	char *new[TABLE_COLUMNS];
};

struct finds {
	const struct table *table;
	const struct person *person;
	int columns;
	struct row *rows;
	size_t count, most;
};

static char *
text_of(struct span text)
{
	return text.at != NULL ? mem_copy(text.at, text.len) : NULL;
}

static struct span
span_of(const char *text)
{
	return text != NULL ? span(text) : (struct span){ NULL, 0 };
}

/* Line by line: what is staged is a part of a stream. */
static char *
erased_lines(const struct person *person, const char *text)
{
	char *made;
	size_t len;
	FILE *to = mem_stream(&made, &len);

	while (*text != '\0') {
		struct span line = { text, strcspn(text, "\n") };
		struct span erased = person_erased(person, line);
		struct span put = erased.at != NULL ? erased : line;
		fwrite(put.at, 1, put.len, to);
		text += line.len;
		if (*text == '\n')
			putc(*text++, to);
		free((char *)erased.at);
	}
	mem_stream_end(to, &made);
	return made;
}

static bool
is_named(const struct finds *finds, struct query *query)
{
	for (int i = 0; i < finds->columns; i++) {
		struct span text = sql_text(query, i);
		if (text.at != NULL && !column_is_integer(finds->table->columns[i])
		    && person_in(finds->person, text))
			return true;
	}
	return false;
}

static void
note(struct finds *finds, struct query *query)
{
	if (finds->count == finds->most) {
		finds->most = finds->most * 2 + 64;
		finds->rows = mem_grow(finds->rows, finds->most, sizeof *finds->rows);
	}
	struct row *row = &finds->rows[finds->count++];
	*row = (struct row){ .old = { NULL } };
	for (int i = 0; i < finds->columns; i++) {
		row->old[i] = text_of(sql_text(query, i));
		if (row->old[i] != NULL)
			row->new[i] = column_is_integer(finds->table->columns[i])
			    ? text_of(span(row->old[i]))
			    : erased_lines(finds->person, row->old[i]);
	}
	if (finds->table->keys == 0)
		row->old[finds->columns] = text_of(sql_text(query, finds->columns));
}

static void
look_through(struct store *store, struct finds *finds)
{
	char *list = table_list(finds->table, finds->columns);
	char *sql = mem_printf("SELECT %s%s FROM %s", list,
	    finds->table->keys == 0 ? ", n" : "", finds->table->name);
	struct query *query = sql_prepare(store, sql);

	sql_stream(query);
	while (sql_step(query))
		if (is_named(finds, query))
			note(finds, query);
	sql_free(query);
	free(sql);
	free(list);
}

/* "a = ?7 AND b = ?8": the keys, their parameters from that place on. */
static char *
condition(const struct table *table, int place)
{
	if (table->keys == 0)
		return mem_printf("n = CAST(?%d AS BIGINT)", place);
	char *list = mem_printf("%s", "1 = 1");
	for (int i = 0; i < table->keys; i++) {
		const char *name = table->columns[i];
		char *longer =
		    mem_printf(column_is_integer(name) ? "%s AND %s = CAST(?%d AS BIGINT)"
						       : "%s AND %s = ?%d",
			list, name, place + i);
		free(list);
		list = longer;
	}
	return list;
}

static bool
keys_change(const struct finds *finds, const struct row *row)
{
	for (int i = 0; i < finds->table->keys; i++)
		if (strcmp(row->old[i], row->new[i]) != 0)
			return true;
	return false;
}

/* Who was erased before and came again is there by that name already. */
static void
make_way(struct store *store, const struct finds *finds)
{
	char *where = condition(finds->table, 1);
	char *sql = mem_printf("DELETE FROM %s WHERE %s", finds->table->name, where);
	struct query *query = sql_prepare(store, sql);

	for (size_t i = 0; i < finds->count; i++) {
		const struct row *row = &finds->rows[i];
		if (!keys_change(finds, row))
			continue;
		for (int key = 0; key < finds->table->keys; key++)
			sql_bind(query, key + 1, span_of(row->new[key]));
		sql_finish(query);
	}
	sql_free(query);
	free(sql);
	free(where);
}

/* "a = ?1, b = ?2" of the columns that are texts; the place after theirs. */
static char *
assignments(const struct finds *finds, int *place)
{
	char *list = NULL;

	*place = 1;
	for (int i = 0; i < finds->columns; i++) {
		const char *name = finds->table->columns[i];
		if (column_is_integer(name))
			continue;
		char *longer = mem_printf("%s%s%s = ?%d", list != NULL ? list : "",
		    list != NULL ? ", " : "", name, *place);
		free(list);
		list = longer;
		++*place;
	}
	return list;
}

static void
bind_row(struct query *query, const struct finds *finds, const struct row *row)
{
	int place = 1;

	for (int i = 0; i < finds->columns; i++)
		if (!column_is_integer(finds->table->columns[i]))
			sql_bind(query, place++, span_of(row->new[i]));
	if (finds->table->keys == 0)
		sql_bind(query, place, span_of(row->old[finds->columns]));
	for (int i = 0; i < finds->table->keys; i++)
		sql_bind(query, place + i, span_of(row->old[i]));
}

static void
replace(struct store *store, const struct finds *finds)
{
	int place;
	char *set = assignments(finds, &place), *where = condition(finds->table, place);
	char *sql = mem_printf("UPDATE %s SET %s WHERE %s", finds->table->name, set, where);
	struct query *query = sql_prepare(store, sql);

	for (size_t i = 0; i < finds->count; i++) {
		bind_row(query, finds, &finds->rows[i]);
		sql_finish(query);
	}
	sql_free(query);
	free(sql);
	free(where);
	free(set);
}

/*
 * What waits to be sent to them is dead; what only tells of them is forgotten, so that it is
 * made again from what is known now.
 */
static void
settle_waiting(struct store *store, const struct finds *finds)
{
	for (size_t i = 0; i < finds->count; i++) {
		const struct row *row = &finds->rows[i];
		struct span id = span(row->old[0]), doc = span(row->old[finds->columns - 1]);
		struct span to = doc_value(doc, span("to"));
		struct span receiver = doc_value(doc, span("receiver"));
		if (strcmp(row->old[1], "queued") != 0)
			continue;
		if ((to.at != NULL && person_in(finds->person, to))
		    || (receiver.at != NULL && person_in(finds->person, receiver))) {
			free(row->new[1]);
			finds->rows[i].new[1] = mem_copy("dead", 4);
			continue;
		}
		sql_run(store, "DELETE FROM receipt WHERE delivery_id = ?1", &id, 1);
		sql_run(store, "DELETE FROM delivery WHERE delivery_id = ?1", &id, 1);
	}
}

static void
release(struct finds *finds)
{
	for (size_t i = 0; i < finds->count; i++)
		for (int column = 0; column <= finds->columns; column++) {
			free(finds->rows[i].old[column]);
			if (column < finds->columns)
				free(finds->rows[i].new[column]);
		}
	free(finds->rows);
}

static size_t
erase_in(struct store *store, const struct table *table, const struct person *person)
{
	struct finds finds = { .table = table, .person = person };

	finds.columns = table_count(table);
	look_through(store, &finds);
	if (strcmp(table->name, "delivery") == 0)
		settle_waiting(store, &finds);
	if (finds.count > 0) {
		make_way(store, &finds);
		replace(store, &finds);
	}
	release(&finds);
	return finds.count;
}

static void
note_erased(struct store *store, const struct person *person)
{
	char at[WHEN_INSTANT_MAX];

	sql_run(store,
	    "INSERT INTO erased (name, at) VALUES (?1, ?2)"
	    " ON CONFLICT (name) DO UPDATE SET at = excluded.at",
	    (struct span[]){
		span(person_alias(person)), span(when_instant_text(when_now(), at)) }, 2);
}

size_t
store_erase(struct store *store, const struct person *person)
{
	size_t count = 0;

	sql_begin(store);
	store->engine->script(store, store->engine->defer);
	for (const struct table *table = store_tables(); table->name != NULL; table++)
		count += erase_in(store, table, person);
	if (store->engine->staged)
		count += erase_in(store, &staged, person);
	note_erased(store, person);
	sql_end(store);
	store->engine->clean(store);
	return count;
}
