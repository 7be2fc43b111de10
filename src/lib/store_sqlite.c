#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "diag.h"
#include "mem.h"
#include "store_engine.h"
#include "store_script.h"

/* The tables of version 1, and what each later version adds. */
SCRIPT(store_sqlite_1, "sqlite.sql");
SCRIPT(store_sqlite_2, "sqlite-2.sql");
SCRIPT(store_sqlite_3, "sqlite-3.sql");
SCRIPT(store_sqlite_4, "sqlite-4.sql");
SCRIPT(store_sqlite_5, "sqlite-5.sql");

enum { OURS = 0x53574348 /* "SWCH" */ };

struct sqlite {
	struct store store;
	sqlite3 *db;
};

struct statement {
	struct query query;
	sqlite3_stmt *statement;
};

static struct sqlite *
lite(struct store *store)
{
	return (struct sqlite *)store;
}

static sqlite3_stmt *
statement_of(const struct query *query)
{
	return ((const struct statement *)query)->statement;
}

static int
status_of(int code)
{
	switch (code & 0xff) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED: return EX_TEMPFAIL;
	case SQLITE_FULL:
	case SQLITE_IOERR: return EX_IOERR;
	case SQLITE_NOMEM: return EX_OSERR;
	case SQLITE_PERM:
	case SQLITE_AUTH:
	case SQLITE_READONLY: return EX_NOPERM;
	case SQLITE_CANTOPEN: return EX_CANTCREAT;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
	case SQLITE_TOOBIG:
	case SQLITE_CONSTRAINT: return EX_DATAERR;
	default: return EX_SOFTWARE;
	}
}

/*
 * A commit whose last fsync failed stands in the log all the same, and whoever opened the
 * store next would find it done; closed in order, the log forgets it.
 */
static void
undo(sqlite3 *db)
{
	sqlite3_stmt *statement;

	while ((statement = sqlite3_next_stmt(db, NULL)) != NULL)
		sqlite3_finalize(statement);
	sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
	sqlite3_close(db);
}

static _Noreturn void
fail(struct store *store)
{
	int status = status_of(sqlite3_extended_errcode(lite(store)->db));
	int reason = sqlite3_system_errno(lite(store)->db);
	char *message = mem_printf("%s: %s", store->name, sqlite3_errmsg(lite(store)->db));

	undo(lite(store)->db);
	errno = reason;
	if (status == EX_IOERR && reason != 0)
		die_errno(status, "%s", message);
	die(status, "%s", message);
}

static struct query *
prepare(struct store *store, const char *sql)
{
	struct statement *made = mem_new(1, sizeof *made);

	made->query.store = store;
	if (sqlite3_prepare_v2(lite(store)->db, sql, -1, &made->statement, NULL) != SQLITE_OK)
		fail(store);
	return &made->query;
}

static void
bind(struct query *query, int place, struct span text)
{
	int code = text.at == NULL ? sqlite3_bind_null(statement_of(query), place)
				   : sqlite3_bind_text(statement_of(query), place, text.at,
				       (int)text.len, SQLITE_STATIC);

	if (code != SQLITE_OK)
		fail(query->store);
}

static void
bind_integer(struct query *query, int place, int64_t value)
{
	if (sqlite3_bind_int64(statement_of(query), place, value) != SQLITE_OK)
		fail(query->store);
}

static bool
step(struct query *query)
{
	int code = sqlite3_step(statement_of(query));

	if (code != SQLITE_ROW && code != SQLITE_DONE)
		fail(query->store);
	return code == SQLITE_ROW;
}

static struct span
text(struct query *query, int column)
{
	const unsigned char *text = sqlite3_column_text(statement_of(query), column);

	if (text == NULL && sqlite3_errcode(lite(query->store)->db) == SQLITE_NOMEM)
		fail(query->store);
	return (struct span){ (const char *)text,
		(size_t)sqlite3_column_bytes(statement_of(query), column) };
}

static int64_t
integer(struct query *query, int column)
{
	return sqlite3_column_int64(statement_of(query), column);
}

static void
reset(struct query *query)
{
	sqlite3_reset(statement_of(query));
}

static void
free_query(struct query *query)
{
	sqlite3_finalize(statement_of(query));
	free(query);
}

static size_t
finish(struct query *query)
{
	while (step(query))
		;
	reset(query);
	return (size_t)sqlite3_changes64(lite(query->store)->db);
}

static void
run_script(struct store *store, const char *script)
{
	if (sqlite3_exec(lite(store)->db, script, NULL, NULL, NULL) != SQLITE_OK)
		fail(store);
}

static int64_t
ask(struct store *store, const char *sql)
{
	struct query *query = prepare(store, sql);
	int64_t value = step(query) ? integer(query, 0) : 0;

	free_query(query);
	return value;
}

/* Tables first, then the mark: they come together, and may come in between. */
static int64_t
version(struct store *store)
{
	if (ask(store, "SELECT count(*) FROM sqlite_schema") == 0)
		return 0;
	return ask(store, "PRAGMA application_id") == OURS ? ask(store, "PRAGMA user_version")
							   : -1;
}

static void
mark(struct store *store)
{
	char *mark = mem_printf(
	    "PRAGMA application_id = %d; PRAGMA user_version = %d", OURS, STORE_VERSION);

	run_script(store, mark);
	free(mark);
}

/* SQLite would make it readable by others, as far as the umask lets it. */
static void
make_file(const char *path, enum store_use use)
{
	int flags = O_RDWR | O_CLOEXEC | (use == STORE_MAKE ? O_CREAT : 0);
	int fd = open(path, flags, 0600);

	if (fd < 0 && (errno == EACCES || errno == EPERM || errno == EROFS))
		die_errno(EX_NOPERM, "%s", path);
	if (fd < 0)
		die_errno(use == STORE_MAKE ? EX_CANTCREAT : EX_NOINPUT, "%s", path);
	close(fd);
}

/* Two that change the journal of a new file at once are refused without any patience. */
static void
log_ahead(struct store *store)
{
	const struct timespec pause = { .tv_nsec = 10 * 1000 * 1000 };

	for (int waited = 0; waited < PATIENCE_MS; waited += 10) {
		int status = sqlite3_exec(
		    lite(store)->db, "PRAGMA journal_mode = WAL", NULL, NULL, NULL);
		if (status == SQLITE_OK)
			return;
		if (status != SQLITE_BUSY)
			fail(store);
		nanosleep(&pause, NULL);
	}
	fail(store);
}

static struct store *
open_file(const char *url, enum store_use use)
{
	struct sqlite *made = mem_new(1, sizeof *made);
	struct store *store = &made->store;

	store->engine = &store_sqlite;
	store->name = store_path(url);
	make_file(store->name, use);
	if (sqlite3_open_v2(
		store->name, &made->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL)
	    != SQLITE_OK)
		fail(store);
	sqlite3_busy_timeout(made->db, PATIENCE_MS);
	return store;
}

static void
ready(struct store *store)
{
	run_script(store,
	    "PRAGMA page_size = 8192; PRAGMA cache_size = -32768; PRAGMA temp_store = FILE; "
	    "PRAGMA foreign_keys = ON; PRAGMA synchronous = FULL; PRAGMA journal_size_limit = "
	    "0");
	log_ahead(store);
}

static void
close_file(struct store *store)
{
	if (sqlite3_close(lite(store)->db) != SQLITE_OK)
		fail(store);
	free(store);
}

/* Into one file again, and nothing left in the log: what was deleted is on no page then. */
static void
clean(struct store *store)
{
	run_script(store, "VACUUM");
	if (ask(store, "PRAGMA wal_checkpoint(TRUNCATE)") != 0)
		sql_refuse(store, EX_TEMPFAIL, "another program keeps its log in use");
}

static void
copy(struct store *store, const char *path)
{
	struct query *into = prepare(store, "VACUUM INTO ?1");

	bind(into, 1, span(path));
	finish(into);
	free_query(into);
}

static struct query *
add(struct store *store, const char *table, const char *columns, const char *otherwise)
{
	char *places = mem_printf("?1");
	int place = 1;

	for (const char *comma = columns; (comma = strchr(comma, ',')) != NULL; comma++) {
		char *more = mem_printf("%s, ?%d", places, ++place);
		free(places);
		places = more;
	}
	char *sql =
	    mem_printf("INSERT INTO %s (%s) VALUES (%s) %s", table, columns, places, otherwise);
	struct query *query = prepare(store, sql);
	free(places);
	free(sql);
	return query;
}

static struct query *
find(struct store *store, const char *table, const char *key, const char *columns)
{
	char *sql = mem_printf("SELECT %s FROM %s WHERE %s = ?1", columns, table, key);
	struct query *query = prepare(store, sql);

	free(sql);
	return query;
}

static void
ahead(struct query *query, const struct span *keys, size_t count)
{
	(void)query, (void)keys, (void)count; /* it is as near as it gets */
}

static void
stream(struct query *query)
{
	(void)query;
}

static size_t
flush(struct query *query)
{
	(void)query;
	return 0;
}

const struct engine store_sqlite = {
	.begin = "BEGIN IMMEDIATE",
	.begin_reading = "BEGIN",
	.defer = "PRAGMA defer_foreign_keys = ON; PRAGMA secure_delete = ON",
	.scripts = { store_sqlite_1, store_sqlite_2, store_sqlite_3, store_sqlite_4,
	    store_sqlite_5 },
	.batch = 1,
	.open = open_file,
	.version = version,
	.ready = ready,
	.mark = mark,
	.close = close_file,
	.script = run_script,
	.clean = clean,
	.copy = copy,
	.prepare = prepare,
	.add = add,
	.find = find,
	.ahead = ahead,
	.stream = stream,
	.bind = bind,
	.bind_integer = bind_integer,
	.step = step,
	.text = text,
	.integer = integer,
	.reset = reset,
	.finish = finish,
	.flush = flush,
	.free = free_query,
};
