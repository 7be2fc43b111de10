#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "diag.h"
#include "disk.h"
#include "mem.h"
#include "spool.h"
#include "when.h"

enum { LEFT_SECONDS = 36 * 3600 };

/* The instant, to the microsecond, and chance. */
char *
spool_name(void)
{
	uint64_t chance;

	if (getrandom(&chance, sizeof chance, 0) != sizeof chance)
		die_errno(EX_OSERR, "random numbers");
	return mem_printf(
	    "%020lld-%016llx", (long long)when_now_stamp(), (unsigned long long)chance);
}

char *
spool_file(const char *dir, const char *part, const char *name)
{
	return mem_printf("%s/%s/%s", dir, part, name);
}

static void
make_folder(const char *path)
{
	if (mkdir(path, 0700) == 0)
		disk_sync_folder(path);
	else if (errno != EEXIST)
		disk_fail(EX_CANTCREAT, path);
}

static void
make_part(const char *dir, const char *part)
{
	char *path = mem_printf("%s/%s", dir, part);

	make_folder(path);
	free(path);
}

void
spool_make(const char *dir)
{
	make_folder(dir);
	make_part(dir, "tmp");
	make_part(dir, "new");
}

void
spool_hold(const char *dir)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC), locked = -1;

	if (fd < 0)
		disk_fail(EX_CANTCREAT, dir);
	while ((locked = flock(fd, LOCK_SH)) != 0 && errno == EINTR)
		;
	if (locked != 0)
		disk_fail(EX_IOERR, dir);
}

void
spool_accept(const char *dir, const char *name)
{
	char *from = spool_file(dir, "tmp", name), *to = spool_file(dir, "new", name);

	disk_sync(from);
	if (rename(from, to) != 0)
		disk_fail(EX_CANTCREAT, to);
	disk_sync_folder(to);
	free(from);
	free(to);
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static char **
names_in(const char *path, size_t *count)
{
	DIR *folder = opendir(path);
	char **names = NULL;
	const struct dirent *entry;

	if (folder == NULL)
		die_errno(EX_NOINPUT, "%s", path);
	*count = 0;
	for (errno = 0; (entry = readdir(folder)) != NULL; errno = 0) {
		if (*entry->d_name == '.')
			continue;
		names = mem_grow(names, *count + 1, sizeof *names);
		names[(*count)++] = mem_copy(entry->d_name, strlen(entry->d_name));
	}
	if (errno != 0)
		die_errno(EX_IOERR, "%s", path);
	closedir(folder);
	if (*count > 0)
		qsort(names, *count, sizeof *names, by_name);
	return names;
}

char **
spool_names(const char *dir, size_t *count)
{
	char *path = mem_printf("%s/new", dir), **names = names_in(path, count);

	free(path);
	return names;
}

void
spool_names_free(char **names, size_t count)
{
	for (size_t i = 0; i < count; i++)
		free(names[i]);
	free(names);
}

void
spool_remove(const char *dir, const char *name)
{
	char *path = spool_file(dir, "new", name);

	if (unlink(path) != 0 && errno != ENOENT)
		disk_fail(EX_IOERR, path);
	free(path);
}

void
spool_tidy(const char *dir)
{
	char *tmp = mem_printf("%s/tmp", dir);
	size_t count;
	char **names = names_in(tmp, &count);
	struct stat is;

	for (size_t i = 0; i < count; i++) {
		char *path = spool_file(dir, "tmp", names[i]);
		if (stat(path, &is) == 0 && is.st_mtime < when_now() - LEFT_SECONDS)
			unlink(path);
		free(path);
	}
	spool_names_free(names, count);
	free(tmp);
}
