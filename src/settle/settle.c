#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "diag.h"
#include "disk.h"
#include "mem.h"

enum { BLOCK = 64 << 10 };

static size_t
read_block(int fd, char *block, const char *path)
{
	size_t len = 0;
	ssize_t got;

	while ((got = read(fd, block + len, BLOCK - len)) != 0) {
		if (got < 0 && errno != EINTR)
			disk_fail(EX_IOERR, path);
		len += got > 0 ? (size_t)got : 0;
	}
	return len;
}

static bool
same_bytes(const char *a, const char *b)
{
	int fds[] = { open(a, O_RDONLY | O_CLOEXEC), open(b, O_RDONLY | O_CLOEXEC) };
	char *blocks = mem_new(2, BLOCK);
	size_t lens[2];
	bool same;

	if (fds[0] < 0 || fds[1] < 0)
		disk_fail(EX_NOINPUT, fds[0] < 0 ? a : b);
	do {
		lens[0] = read_block(fds[0], blocks, a);
		lens[1] = read_block(fds[1], blocks + BLOCK, b);
		same = lens[0] == lens[1] && memcmp(blocks, blocks + BLOCK, lens[0]) == 0;
	} while (same && lens[0] == BLOCK);
	close(fds[0]);
	close(fds[1]);
	free(blocks);
	return same;
}

/* What is there already, if anything is, and whether that will do. */
static bool
settled_before(const char *new, const struct stat *is_new, const char *file)
{
	struct stat is;

	if (stat(file, &is) != 0) {
		if (errno != ENOENT)
			disk_fail(EX_CANTCREAT, file);
		return false;
	}
	if (is.st_dev == is_new->st_dev && is.st_ino == is_new->st_ino)
		die(EX_USAGE, "%s and %s are the same file", new, file);
	if (!S_ISREG(is.st_mode))
		die(EX_CANTCREAT, "%s: not a regular file", file);
	return is.st_size == is_new->st_size && same_bytes(new, file);
}

/*
 * The bytes are on the disk before the name is, and the name before we say so; also where
 * the same was settled before, for that may have been killed before its last step.
 */
static void
settle(const char *new, const char *file)
{
	struct stat is_new;

	if (stat(new, &is_new) != 0)
		disk_fail(EX_NOINPUT, new);
	if (!S_ISREG(is_new.st_mode))
		die(EX_NOINPUT, "%s: not a regular file", new);
	if (settled_before(new, &is_new, file)) {
		disk_sync(file);
		disk_sync_folder(file);
		if (unlink(new) != 0)
			disk_fail(EX_IOERR, new);
		return;
	}
	disk_sync(new);
	if (rename(new, file) != 0)
		disk_fail(EX_CANTCREAT, file);
	disk_sync_folder(file);
}

static const struct usage usage = {
	.example = "date > today.new && saleswatch settle today.new today",
	.line = "settle NEW FILE",
	.options = "  NEW   what was written, whole; it is gone afterwards\n"
		   "  FILE  the name it takes; left alone if it holds the same already\n",
};

int
main(int argc, char *argv[])
{
	diag_name(argv[0]);

	char **files = diag_operands(argc, argv, &usage, 2);

	settle(files[0], files[1]);
	return EX_OK;
}
