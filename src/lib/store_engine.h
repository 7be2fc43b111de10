/*
 * store_engine - what a database must be able to do to be under the store.
 *
 * An engine's store and query begin with the ones here, and hold what it needs besides.  What
 * fails ends the program there, since only an engine knows what its errors mean.
 */
#ifndef STORE_ENGINE_H
#define STORE_ENGINE_H

#include "store_sql.h"

enum { STORE_VERSION = 5, PATIENCE_MS = 60000 };

struct store {
	const struct engine *engine;
	const char *name; /* as messages have it */
	struct told *told; /* store_told.h; or NULL */
};

struct query {
	struct store *store;
};

struct engine {
	const char *begin, *begin_reading, *defer; /* SQL; the last one defers foreign keys */
	const char
	    *scripts[STORE_VERSION]; /* from nothing to version 1, from there to 2, ... */
	bool staged; /* in a table */
	size_t batch; /* rows that are best asked for at once */

	struct store *(*open)(const char *url, enum store_use);
	int64_t (*version)(struct store *); /* 0: nothing in it; below: somebody else's */
	void (*ready)(struct store *); /* it is ours, or empty and to be made */
	void (*mark)(struct store *); /* as STORE_VERSION */
	void (*close)(struct store *);
	void (*script)(struct store *, const char *sql); /* any number of statements */
	void (*clean)(struct store *); /* of all that was deleted */
	void (*copy)(struct store *, const char *path); /* all of it; NULL: cannot be */

	struct query *(*prepare)(struct store *, const char *sql);
	struct query *(*add)(
	    struct store *, const char *table, const char *columns, const char *otherwise);
	struct query *(*find)(
	    struct store *, const char *table, const char *key, const char *columns);
	void (*ahead)(struct query *, const struct span *keys, size_t count);
	void (*stream)(struct query *);
	void (*bind)(struct query *, int place, struct span);
	void (*bind_integer)(struct query *, int place, int64_t);
	bool (*step)(struct query *);
	struct span (*text)(struct query *, int column);
	int64_t (*integer)(struct query *, int column);
	void (*reset)(struct query *);
	size_t (*finish)(struct query *);
	size_t (*flush)(struct query *);
	void (*free)(struct query *);
};

extern const struct engine store_sqlite, store_postgres;

#endif
