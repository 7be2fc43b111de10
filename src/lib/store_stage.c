#define _GNU_SOURCE /* memrchr */
#include <stdlib.h>
#include <unistd.h>

#include "diag.h"
#include "file.h"
#include "mem.h"
#include "store_sql.h"
#include "store_stage.h"

enum { PART = 2 << 20 }; /* of which a line is at most half */

static void
clear(struct store *store, const char *run, const char *kind)
{
	sql_run(store, "DELETE FROM staged WHERE run = ?1 AND (kind = ?2 OR ?2 IS NULL)",
	    (struct span[]){ span(run), kind != NULL ? span(kind) : (struct span){ NULL, 0 } },
		2);
}

/* The lines that are whole, and one row more: an empty stage is one too. */
static void
put_lines(struct query *add, int fd)
{
	char *part = mem_new(PART, 1);
	size_t have = 0, got;

	while ((got = file_read(fd, file_temp_place(), part + have, PART - have)) > 0) {
		have += got;
		const char *last = memrchr(part, '\n', have);
		if (have < PART / 2 || last == NULL)
			continue;
		size_t whole = (size_t)(last + 1 - part);
		sql_bind(add, 3, (struct span){ part, whole });
		sql_finish(add);
		memmove(part, part + whole, have - whole);
		have -= whole;
	}
	sql_bind(add, 3, (struct span){ part, have });
	sql_finish(add);
	free(part);
}

void
store_stage_put(struct store *store, const char *run, const char *kind, int fd)
{
	if (lseek(fd, 0, SEEK_SET) != 0)
		die_errno(EX_IOERR, "%s", file_temp_place());
	sql_begin(store);
	clear(store, run, kind);
	struct query *add = sql_add(store, "staged", "run, kind, lines", "");
	sql_bind(add, 1, span(run));
	sql_bind(add, 2, span(kind));
	put_lines(add, fd);
	sql_free(add);
	sql_end(store);
}

static void
write_all(int fd, struct span text)
{
	while (text.len > 0) {
		ssize_t written = write(fd, text.at, text.len);
		if (written < 0)
			die_errno(EX_IOERR, "%s", file_temp_place());
		text.at += written;
		text.len -= (size_t)written;
	}
}

int
store_stage_open(struct store *store, const char *run, const char *kind)
{
	struct query *parts = sql_prepare(
	    store, "SELECT lines FROM staged WHERE run = ?1 AND kind = ?2 ORDER BY n");
	int fd = -1;

	sql_bind(parts, 1, span(run));
	sql_bind(parts, 2, span(kind));
	sql_stream(parts);
	while (sql_step(parts)) {
		if (fd < 0)
			fd = file_temp();
		write_all(fd, sql_text(parts, 0));
	}
	sql_free(parts);
	if (fd >= 0 && lseek(fd, 0, SEEK_SET) != 0)
		die_errno(EX_IOERR, "%s", file_temp_place());
	return fd;
}

void
store_stage_clear(struct store *store, const char *run)
{
	clear(store, run, NULL);
}
