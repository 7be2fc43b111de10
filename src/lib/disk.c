#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "diag.h"
#include "disk.h"
#include "mem.h"

void
disk_fail(int otherwise, const char *path)
{
	switch (errno) {
	case EACCES:
	case EPERM:
	case EROFS: die_errno(EX_NOPERM, "%s", path);
	case EIO:
	case ENOSPC:
	case EDQUOT: die_errno(EX_IOERR, "%s", path);
	default: die_errno(otherwise, "%s", path);
	}
}

static void
sync_opened(const char *path, int flags)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | flags);

	if (fd < 0)
		disk_fail(EX_CANTCREAT, path);
	if (fsync(fd) != 0)
		disk_fail(EX_IOERR, path);
	close(fd);
}

void
disk_sync(const char *path)
{
	sync_opened(path, 0);
}

void
disk_sync_folder(const char *path)
{
	char *copy = mem_copy(path, strlen(path));

	sync_opened(dirname(copy), O_DIRECTORY);
	free(copy);
}
