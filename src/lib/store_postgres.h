/*
 * store_postgres - what the parts of the PostgreSQL engine tell each other.
 */
#ifndef STORE_POSTGRES_H
#define STORE_POSTGRES_H

#include "postgres.h"
#include "store_engine.h"

struct postgres {
	struct store store;
	PGconn *db;
	struct pg_query *copying; /* whose rows the server is taking, or NULL */
};

enum { PG_PLACES = 16 };

/* Rows on their way into a table. */
struct pg_rows {
	char *table, *columns, *otherwise;
	char *into; /* the table itself, or one of our own to begin with */
	char *text; /* as COPY has them */
	size_t len, changes;
};

struct pg_query {
	struct query query;
	char *sql;
	Oid types[PG_PLACES];
	const char *values[PG_PLACES];
	int lengths[PG_PLACES], formats[PG_PLACES], count;
	uint64_t integers[PG_PLACES]; /* as they are sent */
	PGresult *result; /* NULL: it does not run */
	int row;
	struct pg_rows *rows; /* or NULL */
	char *key; /* of sql_find, or NULL */
	bool streams, ahead; /* ahead: the result is of all keys to come */
};

/* The result of a statement that went well; whoever's rows were on their way are there. */
PGresult *pg_result(struct postgres *, PGresult *);
void pg_script(struct store *, const char *sql);
void pg_settle(struct postgres *);

struct query *pg_prepare(struct store *, const char *sql);
void pg_ask(struct pg_query *); /* with what is bound */

/* Of queries that add rows, and of those that find them. */
struct query *pg_add(struct store *, const char *, const char *, const char *);
void pg_add_row(struct pg_query *);
size_t pg_flush(struct query *);
struct query *pg_find(struct store *, const char *table, const char *key, const char *columns);
void pg_ahead(struct query *, const struct span *keys, size_t count);
bool pg_find_row(struct pg_query *);

#endif
