#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "diag.h"
#include "disk.h"
#include "erase.h"
#include "mem.h"

/* Beside it, and then in its place, with its mode, its owner and its time. */
static void
replace_file(const char *path, const struct stat *was, struct span text)
{
	char *draft = mem_printf("%s.erased", path);
	const struct timespec times[] = { was->st_atim, was->st_mtim };
	int fd = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	FILE *to = fd < 0 ? NULL : fdopen(fd, "w");

	if (to == NULL)
		disk_fail(EX_CANTCREAT, draft);
	fwrite(text.at, 1, text.len, to);
	if (fflush(to) != 0 || fchmod(fd, was->st_mode & 07777) != 0)
		disk_fail(EX_IOERR, draft);
	if (fchown(fd, was->st_uid, was->st_gid) != 0 && errno != EPERM)
		disk_fail(EX_IOERR, draft);
	if (futimens(fd, times) != 0 || fclose(to) != 0)
		disk_fail(EX_IOERR, draft);
	disk_sync(draft);
	if (rename(draft, path) != 0)
		disk_fail(EX_CANTCREAT, path);
	disk_sync_folder(path);
	free(draft);
}

static char *
erased_lines(struct span text, const struct person *person, size_t *len)
{
	const char *p = text.at, *end = text.at + text.len;
	char *made;
	FILE *to = mem_stream(&made, len);

	while (p < end) {
		const char *newline = memchr(p, '\n', (size_t)(end - p));
		const char *stop = newline != NULL ? newline : end;
		struct span line = { p, (size_t)(stop - p) };
		struct span erased = person_erased(person, line);
		struct span put = erased.at != NULL ? erased : line;
		fwrite(put.at, 1, put.len, to);
		if (newline != NULL)
			putc('\n', to);
		free((char *)erased.at);
		p = stop + (newline != NULL);
	}
	mem_stream_end(to, &made);
	return made;
}

static void
remove_file(const char *path)
{
	if (unlink(path) != 0)
		disk_fail(EX_NOPERM, path);
	disk_sync_folder(path);
	warn("%s: removed, for they could not be replaced in it", path);
}

/* First its lines, then what goes over their ends. */
static void
erase_text(
    const char *path, const struct stat *was, struct span text, const struct person *person)
{
	size_t len;
	char *made = erased_lines(text, person, &len);
	struct span all = person_replaced(person, (struct span){ made, len });

	if (all.at == NULL)
		all = (struct span){ made, len };
	if (!person_in(person, all))
		replace_file(path, was, all);
	else
		remove_file(path);
	if (all.at != made)
		free((char *)all.at);
	free(made);
}

/* Other lengths would make nonsense of what is no text; a store is not to be lost like that. */
static void
erase_named(
    const char *path, const struct stat *was, struct span text, const struct person *person)
{
	static const char store[] = "SQLite format 3";

	if (text.len >= sizeof store && memcmp(text.at, store, sizeof store) == 0)
		die(EX_UNAVAILABLE, "%s: a database; erase them in it by --db", path);
	if (memchr(text.at, '\0', text.len) != NULL)
		remove_file(path);
	else
		erase_text(path, was, text, person);
}

bool
erase_file(const char *path, const struct person *person)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	struct stat is;

	if (fd < 0 || fstat(fd, &is) != 0)
		disk_fail(EX_NOINPUT, path);
	if (!S_ISREG(is.st_mode))
		die(EX_NOINPUT, "%s: not a file", path);
	size_t len = (size_t)is.st_size;
	char *all = len == 0 ? NULL : mmap(NULL, len, PROT_READ, MAP_PRIVATE, fd, 0);
	if (all == MAP_FAILED)
		die_errno(EX_IOERR, "%s", path);
	close(fd);
	bool named = all != NULL && person_in(person, (struct span){ all, len });
	if (named)
		erase_named(path, &is, (struct span){ all, len }, person);
	if (all != NULL)
		munmap(all, len);
	return named;
}
