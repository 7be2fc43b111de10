#include <stdio.h>
#include <stdlib.h>

#include "mem.h"
#include "store_postgres.h"

enum { PART = 1 << 20, TYPE_TEXTS = 1009 };

static struct postgres *
pg_of(const struct pg_query *query)
{
	return (struct postgres *)query->query.store;
}

/* The server has all rows that were sent to it, and takes other orders. */
void
pg_settle(struct postgres *pg)
{
	struct pg_query *query = pg->copying;

	if (query == NULL)
		return;
	pg->copying = NULL;
	if (PQputCopyEnd(pg->db, NULL) != 1)
		postgres_fail(pg->db, pg->store.name, NULL);
	PGresult *result = pg_result(pg, PQgetResult(pg->db));
	if (strcmp(query->rows->into, query->rows->table) == 0)
		query->rows->changes += strtoul(PQcmdTuples(result), NULL, 10);
	PQclear(result);
	PQclear(PQgetResult(pg->db)); /* NULL: it is over */
}

static void
order(struct postgres *pg, char *sql)
{
	pg_script(&pg->store, sql);
	free(sql);
}

static void
send_rows(struct pg_query *query)
{
	struct postgres *pg = pg_of(query);
	struct pg_rows *rows = query->rows;

	if (pg->copying != query) {
		order(pg, mem_printf("COPY %s (%s) FROM STDIN", rows->into, rows->columns));
		pg->copying = query;
	}
	if (PQputCopyData(pg->db, rows->text, (int)rows->len) != 1)
		postgres_fail(pg->db, pg->store.name, NULL);
	rows->len = 0;
}

static bool
is_empty(struct store *store, const char *table)
{
	char *sql = mem_printf("SELECT 1 FROM %s LIMIT 1", table);
	struct query *query = sql_prepare(store, sql);
	bool empty = !sql_step(query);

	sql_free(query);
	free(sql);
	return empty;
}

/* Rows that may be there already take their place from a table of our own. */
struct query *
pg_add(struct store *store, const char *table, const char *columns, const char *otherwise)
{
	struct pg_query *query = (struct pg_query *)pg_prepare(store, "");
	struct pg_rows *rows = query->rows = mem_new(1, sizeof *rows);
	bool at_once = *otherwise == '\0' || is_empty(store, table);

	rows->table = mem_printf("%s", table);
	rows->columns = mem_printf("%s", columns);
	rows->otherwise = mem_printf("%s", otherwise);
	rows->into = mem_printf(at_once ? "%s" : "added_%s", table);
	rows->text = mem_new(PART, 1);
	if (!at_once)
		order((struct postgres *)store,
		    mem_printf(
			"CREATE TEMPORARY TABLE %s ON COMMIT DROP AS SELECT %s FROM %s LIMIT 0",
			rows->into, columns, table));
	return &query->query;
}

/* As COPY reads it: what would end a field or a row is escaped. */
static char *
put_escaped(char *to, const char *text, size_t len)
{
	for (const char *end = text + len; text < end; text++) {
		switch (*text) {
		case '\\': *to++ = '\\', *to++ = '\\'; break;
		case '\n': *to++ = '\\', *to++ = 'n'; break;
		case '\r': *to++ = '\\', *to++ = 'r'; break;
		case '\t': *to++ = '\\', *to++ = 't'; break;
		default: *to++ = *text;
		}
	}
	return to;
}

static void
make_room(struct pg_query *query)
{
	struct pg_rows *rows = query->rows;
	size_t need = 0;

	for (int i = 0; i < query->count; i++)
		need += 2 * (size_t)query->lengths[i] + 3;
	if (rows->len + need > PART && rows->len > 0)
		send_rows(query);
	if (need > PART)
		rows->text = mem_grow(rows->text, need, 1);
}

void
pg_add_row(struct pg_query *query)
{
	struct pg_rows *rows = query->rows;

	make_room(query);
	char *to = rows->text + rows->len;
	for (int i = 0; i < query->count; i++) {
		if (i > 0)
			*to++ = '\t';
		if (query->values[i] == NULL)
			*to++ = '\\', *to++ = 'N';
		else
			to = put_escaped(to, query->values[i], (size_t)query->lengths[i]);
	}
	*to++ = '\n';
	rows->len = (size_t)(to - rows->text);
}

static void
move_rows(struct pg_query *query)
{
	struct postgres *pg = pg_of(query);
	struct pg_rows *rows = query->rows;
	char *sql = mem_printf("INSERT INTO %s (%s) SELECT %s FROM %s %s", rows->table,
	    rows->columns, rows->columns, rows->into, rows->otherwise);
	struct query *move = pg_prepare(&pg->store, sql);

	rows->changes += sql_finish(move);
	order(pg, mem_printf("TRUNCATE %s", rows->into));
	sql_free(move);
	free(sql);
}

size_t
pg_flush(struct query *added)
{
	struct pg_query *query = (struct pg_query *)added;
	struct pg_rows *rows = query->rows;
	bool none = rows->len == 0;

	if (!none)
		send_rows(query);
	pg_settle(pg_of(query));
	if (!none && strcmp(rows->into, rows->table) != 0)
		move_rows(query);

	size_t changes = rows->changes;
	rows->changes = 0;
	return changes;
}

struct query *
pg_find(struct store *store, const char *table, const char *key, const char *columns)
{
	char *sql = mem_printf("SELECT %s, %s FROM %s WHERE %s = ANY(?1) ORDER BY %s", columns,
	    key, table, key, key);
	struct pg_query *query = (struct pg_query *)pg_prepare(store, sql);

	query->key = mem_printf("%s", key);
	free(sql);
	return &query->query;
}

/* An array as it is written. */
static char *
list(const struct span *keys, size_t count)
{
	char *text;
	size_t len;
	FILE *to = mem_stream(&text, &len);

	putc('{', to);
	for (size_t i = 0; i < count; i++) {
		fputs(i == 0 ? "\"" : ",\"", to);
		for (size_t j = 0; j < keys[i].len; j++) {
			if (keys[i].at[j] == '"' || keys[i].at[j] == '\\')
				putc('\\', to);
			putc(keys[i].at[j], to);
		}
		putc('"', to);
	}
	putc('}', to);
	mem_stream_end(to, &text);
	return text;
}

static void
ask_for(struct pg_query *query, const struct span *keys, size_t count)
{
	struct span bound = { query->values[0], (size_t)query->lengths[0] };
	char *text = list(keys, count);

	PQclear(query->result);
	query->types[0] = TYPE_TEXTS;
	query->values[0] = text;
	query->formats[0] = 0;
	query->count = 1;
	pg_ask(query);
	free(text);
	query->values[0] = bound.at;
	query->lengths[0] = (int)bound.len;
}

void
pg_ahead(struct query *query, const struct span *keys, size_t count)
{
	struct pg_query *pg = (struct pg_query *)query;

	ask_for(pg, keys, count);
	pg->ahead = true;
}

static struct span
key_at(const struct pg_query *query, int row)
{
	int column = PQnfields(query->result) - 1;

	return (struct span){ PQgetvalue(query->result, row, column),
		(size_t)PQgetlength(query->result, row, column) };
}

bool
pg_find_row(struct pg_query *query)
{
	struct span key = { query->values[0], (size_t)query->lengths[0] };

	if (!query->ahead)
		ask_for(query, &key, 1);
	int low = 0, high = PQntuples(query->result);
	while (low < high) {
		int middle = low + (high - low) / 2;
		if (span_order(key_at(query, middle), key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	query->row = low;
	return low < PQntuples(query->result) && span_equal(key_at(query, low), key);
}
