#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "diag.h"
#include "disk.h"
#include "file.h"
#include "mem.h"
#include "stage.h"
#include "store_stage.h"

enum { RUN_MAX = 200 };

void
stage_check(const char *run)
{
	static const char good[] =
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	    "._:+-";
	size_t len = strlen(run);

	if (len == 0 || len > RUN_MAX || run[0] == '.' || strspn(run, good) != len)
		die(EX_USAGE, "run \"%s\": letters, digits and ._:+- only", run);
}

static char *
path_of(const char *url, const char *run, const struct kind *kind)
{
	return mem_printf("%s-staged/%s.%s", store_path(url), run, kind->name);
}

static void
make_folder(const char *url)
{
	char *folder = mem_printf("%s-staged", store_path(url));

	if (mkdir(folder, 0700) == 0)
		disk_sync_folder(folder);
	else if (errno != EEXIST)
		disk_fail(EX_CANTCREAT, folder);
	free(folder);
}

static size_t
write_stage(const char *source, struct order *order, struct rec_out *out)
{
	if (source != NULL)
		rows_mark(out, source);
	size_t count = order_write(order, out);
	rec_finish(out);
	return count;
}

static size_t
write_file(const char *url, const char *run, const struct kind *kind, const char *source,
    struct order *order)
{
	char *path = path_of(url, run, kind), *draft = mem_printf("%s.new", path);

	make_folder(url);
	int fd = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0)
		disk_fail(EX_CANTCREAT, draft);
	struct rec_out *out = rec_to(fd, draft);
	size_t count = write_stage(source, order, out);
	disk_sync(draft);
	if (rename(draft, path) != 0)
		disk_fail(EX_CANTCREAT, path);
	disk_sync_folder(path);
	free(draft);
	free(path);
	return count;
}

static size_t
write_rows(const char *url, const char *run, const struct kind *kind, const char *source,
    struct order *order)
{
	int fd = file_temp();
	struct rec_out *out = rec_to(file_again(fd), file_temp_place());
	size_t count = write_stage(source, order, out);

	struct store *store = store_open(url, STORE_CHANGE);
	store_stage_put(store, run, kind->name, fd);
	store_close(store);
	close(fd);
	return count;
}

size_t
stage_write(const char *url, const char *run, const struct kind *kind, const char *source,
    struct order *order)
{
	return (store_path(url) != NULL ? write_file : write_rows)(
	    url, run, kind, source, order);
}

static int
open_file(const char *url, const char *run, const struct kind *kind)
{
	char *path = path_of(url, run, kind);
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0 && errno != ENOENT)
		disk_fail(EX_NOINPUT, path);
	free(path);
	return fd;
}

struct rows *
stage_open(struct store *store, const char *url, const char *run, const struct kind *kind)
{
	int fd = store_path(url) != NULL ? open_file(url, run, kind)
					 : store_stage_open(store, run, kind->name);

	return fd < 0 ? NULL : rows_staged(rec_from(fd, kind->name), kind);
}

/* What was committed may come back with the power: committed again it changes nothing. */
static void
remove_file(const char *path, bool committed)
{
	if (unlink(path) != 0) {
		if (errno != ENOENT && !committed)
			disk_fail(EX_CANTCREAT, path);
		if (errno != ENOENT)
			warn("%s: %s; it was committed, and can be removed", path,
			    strerror(errno));
	} else if (!committed) {
		disk_sync_folder(path);
	}
}

static void
remove_files(const char *url, const char *run, bool committed)
{
	for (const struct kind *kind = store_kinds(); kind->name != NULL; kind++) {
		char *path = path_of(url, run, kind);
		remove_file(path, committed);
		free(path);
	}
}

void
stage_clear(struct store *store, const char *url, const char *run)
{
	if (store_path(url) == NULL)
		store_stage_clear(store, run);
	else
		remove_files(url, run, true);
}

void
stage_discard(struct store *store, const char *url, const char *run)
{
	if (store_path(url) == NULL)
		store_stage_clear(store, run);
	else
		remove_files(url, run, false);
}
