#include <stdlib.h>

#include "diag.h"
#include "store_engine.h"

struct query *
sql_prepare(struct store *store, const char *sql)
{
	return store->engine->prepare(store, sql);
}

void
sql_bind(struct query *query, int place, struct span text)
{
	query->store->engine->bind(query, place, text);
}

void
sql_bind_integer(struct query *query, int place, int64_t value)
{
	query->store->engine->bind_integer(query, place, value);
}

bool
sql_step(struct query *query)
{
	return query->store->engine->step(query);
}

struct span
sql_text(struct query *query, int column)
{
	return query->store->engine->text(query, column);
}

int64_t
sql_integer(struct query *query, int column)
{
	return query->store->engine->integer(query, column);
}

void
sql_reset(struct query *query)
{
	query->store->engine->reset(query);
}

void
sql_stream(struct query *query)
{
	query->store->engine->stream(query);
}

void
sql_free(struct query *query)
{
	query->store->engine->free(query);
}

size_t
sql_finish(struct query *query)
{
	return query->store->engine->finish(query);
}

size_t
sql_run(struct store *store, const char *sql, const struct span *texts, int count)
{
	struct query *query = sql_prepare(store, sql);

	for (int i = 0; i < count; i++)
		sql_bind(query, i + 1, texts[i]);
	size_t changes = sql_finish(query);
	sql_free(query);
	return changes;
}

struct query *
sql_add(struct store *store, const char *table, const char *columns, const char *otherwise)
{
	return store->engine->add(store, table, columns, otherwise);
}

size_t
sql_flush(struct query *query)
{
	return query->store->engine->flush(query);
}

struct query *
sql_find(struct store *store, const char *table, const char *key, const char *columns)
{
	return store->engine->find(store, table, key, columns);
}

void
sql_ahead(struct query *query, const struct span *keys, size_t count)
{
	query->store->engine->ahead(query, keys, count);
}

size_t
sql_batch(const struct store *store)
{
	return store->engine->batch;
}

void
sql_begin(struct store *store)
{
	store->engine->script(store, store->engine->begin);
}

void
sql_begin_reading(struct store *store)
{
	store->engine->script(store, store->engine->begin_reading);
}

void
sql_end(struct store *store)
{
	store->engine->script(store, "COMMIT");
}

void
sql_refuse(struct store *store, int status, const char *why)
{
	die(status, "%s: %s", store->name, why);
}

static int64_t
version_of(struct store *store)
{
	int64_t version = store->engine->version(store);

	if (version < 0)
		sql_refuse(store, EX_DATAERR, "a database, but not of saleswatch");
	if (version > STORE_VERSION)
		die(EX_CONFIG, "%s: version %jd, made by a newer saleswatch; this one knows %d",
		    store->name, (intmax_t)version, STORE_VERSION);
	return version;
}

/*
 * From no tables, or those of an older version, to this one; all or nothing.  Asked once more
 * when the right to write is ours: two may come to an empty store at once.
 */
static void
bring_up(struct store *store)
{
	const struct engine *engine = store->engine;

	sql_begin(store);
	int64_t version = version_of(store);
	for (int64_t i = version; i < STORE_VERSION; i++)
		engine->script(store, engine->scripts[i]);
	if (version < STORE_VERSION)
		engine->mark(store);
	sql_end(store);
}

static bool
is_far(const char *url)
{
	return strncmp(url, "postgresql://", 13) == 0 || strncmp(url, "postgres://", 11) == 0;
}

const char *
store_path(const char *url)
{
	static const char scheme[] = "sqlite:";

	if (is_far(url))
		return NULL;
	if (strncmp(url, scheme, sizeof scheme - 1) == 0)
		return url + sizeof scheme - 1;
	if (strstr(url, "://") != NULL)
		die(EX_USAGE, "%.*s: only sqlite:PATH and postgresql://HOST/DATABASE are known",
		    (int)(strstr(url, "://") - url + 3), url);
	return url;
}

struct store *
store_open(const char *url, enum store_use use)
{
	const struct engine *engine = store_path(url) != NULL ? &store_sqlite : &store_postgres;
	struct store *store = engine->open(url, use);
	int64_t version = version_of(store);

	if (version == 0 && use != STORE_MAKE)
		sql_refuse(store, EX_NOINPUT, "there is nothing in it yet");
	engine->ready(store);
	if (version < STORE_VERSION)
		bring_up(store);
	return store;
}

void
store_close(struct store *store)
{
	store->engine->close(store);
}
