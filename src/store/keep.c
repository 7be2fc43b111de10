#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "diag.h"
#include "disk.h"
#include "mem.h"
#include "rec.h"
#include "rec_out.h"
#include "store_keep.h"
#include "verbs.h"

void
dump_store(const struct options *opts)
{
	check_open(STDOUT_FILENO, "stdout");

	struct store *store = store_open(opts->url, STORE_READ);
	struct rec_out *out = rec_to(STDOUT_FILENO, "stdout");
	size_t count = store_dump(store, opts->tables, opts->table_count, out);

	store_close(store);
	rec_finish(out);
	if (opts->verbose)
		warn("%zu rows", count);
}

void
load_store(const struct options *opts)
{
	check_open(STDIN_FILENO, "stdin");

	struct rec_in *in = rec_from(STDIN_FILENO, "stdin");
	struct store *store = store_open(opts->url, STORE_MAKE);
	size_t count = store_restore(store, in, "stdin");

	store_close(store);
	rec_close(in);
	if (opts->verbose)
		warn("%zu rows", count);
}

/* A log that is beside the file may be of the store that had its name before. */
static void
check_free(const char *path)
{
	char *log = mem_printf("%s-wal", path);

	if (access(path, F_OK) == 0 || access(log, F_OK) == 0)
		die(EX_CANTCREAT, "%s: there is a store of that name already",
		    access(path, F_OK) == 0 ? path : log);
	free(log);
}

/* Whole or absent, readable by its owner alone, while others may go on writing to the store. */
void
backup_store(const struct options *opts)
{
	const char *path = opts->what;
	char *draft = mem_printf("%s.new", path);

	if (store_path(opts->url) == NULL)
		die(EX_USAGE, "a server is backed up by pg_dump, or by store dump into a file");
	struct store *store = store_open(opts->url, STORE_READ);

	check_free(path);
	int fd = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0)
		disk_fail(EX_CANTCREAT, draft);
	close(fd);
	store_copy(store, draft);
	store_close(store);
	disk_sync(draft);
	if (rename(draft, path) != 0)
		disk_fail(EX_CANTCREAT, path);
	disk_sync_folder(path);
	free(draft);
}
