#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "diag.h"
#include "mem.h"
#include "store_sql.h"

/* The tables of version 1, and what each later version adds, as schemas/store has them. */
#define SCRIPT(name, path) \
	__asm__(".section .rodata\n" \
		".global " #name "\n" #name ":\n" \
		".incbin \"schemas/store/" path "\"\n" \
		".byte 0\n" \
		".previous\n"); \
	extern const char name[]
SCRIPT(store_sqlite_1, "sqlite.sql");
SCRIPT(store_sqlite_2, "sqlite-2.sql");
SCRIPT(store_sqlite_3, "sqlite-3.sql");

enum { VERSION_HERE = 3, OURS = 0x53574348 /* "SWCH" */, PATIENCE_MS = 60000 };

struct store {
	sqlite3 *db;
	const char *path;
};

struct query {
	struct store *store;
	sqlite3_stmt *statement;
};

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
	int status = status_of(sqlite3_extended_errcode(store->db));
	int reason = sqlite3_system_errno(store->db);
	char *message = mem_printf("%s: %s", store->path, sqlite3_errmsg(store->db));

	undo(store->db);
	errno = reason;
	if (status == EX_IOERR && reason != 0)
		die_errno(status, "%s", message);
	die(status, "%s", message);
}

void
sql_refuse(struct store *store, int status, const char *why)
{
	die(status, "%s: %s", store->path, why);
}

struct query *
sql_prepare(struct store *store, const char *sql)
{
	struct query *query = mem_new(1, sizeof *query);

	query->store = store;
	if (sqlite3_prepare_v2(store->db, sql, -1, &query->statement, NULL) != SQLITE_OK)
		fail(store);
	return query;
}

void
sql_bind(struct query *query, int place, struct span text)
{
	int code = text.at == NULL
	    ? sqlite3_bind_null(query->statement, place)
	    : sqlite3_bind_text(query->statement, place, text.at, (int)text.len, SQLITE_STATIC);

	if (code != SQLITE_OK)
		fail(query->store);
}

void
sql_bind_integer(struct query *query, int place, int64_t value)
{
	if (sqlite3_bind_int64(query->statement, place, value) != SQLITE_OK)
		fail(query->store);
}

bool
sql_step(struct query *query)
{
	int code = sqlite3_step(query->statement);

	if (code != SQLITE_ROW && code != SQLITE_DONE)
		fail(query->store);
	return code == SQLITE_ROW;
}

struct span
sql_text(struct query *query, int column)
{
	const unsigned char *text = sqlite3_column_text(query->statement, column);

	if (text == NULL && sqlite3_errcode(query->store->db) == SQLITE_NOMEM)
		fail(query->store);
	return (struct span){ (const char *)text,
		(size_t)sqlite3_column_bytes(query->statement, column) };
}

int64_t
sql_integer(struct query *query, int column)
{
	return sqlite3_column_int64(query->statement, column);
}

void
sql_reset(struct query *query)
{
	sqlite3_reset(query->statement);
}

void
sql_free(struct query *query)
{
	sqlite3_finalize(query->statement);
	free(query);
}

size_t
sql_finish(struct query *query)
{
	while (sql_step(query))
		;
	sql_reset(query);
	return (size_t)sqlite3_changes64(query->store->db);
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

static void
run_script(struct store *store, const char *script)
{
	if (sqlite3_exec(store->db, script, NULL, NULL, NULL) != SQLITE_OK)
		fail(store);
}

void
sql_begin(struct store *store)
{
	run_script(store, "BEGIN IMMEDIATE");
}

void
sql_end(struct store *store)
{
	run_script(store, "COMMIT");
}

static int64_t
ask(struct store *store, const char *sql)
{
	struct query *query = sql_prepare(store, sql);
	int64_t value = sql_step(query) ? sql_integer(query, 0) : 0;

	sql_free(query);
	return value;
}

/*
 * Asked once more when the right to write is ours: two may come to an empty store at once.
 * Tables first, then the mark: they come together, and may come in between.
 */
static bool
has_tables(struct store *store)
{
	if (ask(store, "SELECT count(*) FROM sqlite_schema") == 0)
		return false;
	if (ask(store, "PRAGMA application_id") != OURS)
		sql_refuse(store, EX_DATAERR, "a database, but not of saleswatch");
	return true;
}

/* From no tables, or those of an older version, to this one; all or nothing. */
static void
bring_up(struct store *store)
{
	const char *const scripts[VERSION_HERE] = { store_sqlite_1, store_sqlite_2,
		store_sqlite_3 };
	char *mark = mem_printf(
	    "PRAGMA application_id = %d; PRAGMA user_version = %d", OURS, VERSION_HERE);

	sql_begin(store);
	int64_t version = has_tables(store) ? ask(store, "PRAGMA user_version") : 0;
	for (int64_t i = version; i < VERSION_HERE; i++)
		run_script(store, scripts[i]);
	if (version < VERSION_HERE)
		run_script(store, mark);
	sql_end(store);
	free(mark);
}

static int64_t
version_of(struct store *store)
{
	int64_t version = ask(store, "PRAGMA user_version");

	if (version > VERSION_HERE)
		die(EX_CONFIG, "%s: version %jd, made by a newer saleswatch; this one knows %d",
		    store->path, (intmax_t)version, VERSION_HERE);
	return version;
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

const char *
store_path(const char *url)
{
	static const char scheme[] = "sqlite:";

	if (strncmp(url, scheme, sizeof scheme - 1) == 0)
		return url + sizeof scheme - 1;
	if (strstr(url, "://") != NULL)
		die(EX_USAGE, "%s: only sqlite:PATH is known", url);
	return url;
}

/* Two that change the journal of a new file at once are refused without any patience. */
static void
log_ahead(struct store *store)
{
	const struct timespec pause = { .tv_nsec = 10 * 1000 * 1000 };

	for (int waited = 0; waited < PATIENCE_MS; waited += 10) {
		int status =
		    sqlite3_exec(store->db, "PRAGMA journal_mode = WAL", NULL, NULL, NULL);
		if (status == SQLITE_OK)
			return;
		if (status != SQLITE_BUSY)
			fail(store);
		nanosleep(&pause, NULL);
	}
	fail(store);
}

struct store *
store_open(const char *url, enum store_use use)
{
	struct store *store = mem_new(1, sizeof *store);

	store->path = store_path(url);
	make_file(store->path, use);
	if (sqlite3_open_v2(
		store->path, &store->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL)
	    != SQLITE_OK)
		fail(store);
	sqlite3_busy_timeout(store->db, PATIENCE_MS);
	bool made = has_tables(store);
	if (!made && use != STORE_MAKE)
		sql_refuse(store, EX_NOINPUT, "there is nothing in it yet");
	run_script(store,
	    "PRAGMA page_size = 8192; PRAGMA cache_size = -32768; PRAGMA temp_store = FILE; "
	    "PRAGMA foreign_keys = ON; PRAGMA synchronous = FULL; PRAGMA journal_size_limit = "
	    "0");
	log_ahead(store);
	if (!made || version_of(store) < VERSION_HERE)
		bring_up(store);
	return store;
}

void
store_close(struct store *store)
{
	if (sqlite3_close(store->db) != SQLITE_OK)
		fail(store);
	free(store);
}
