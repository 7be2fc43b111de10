#define _GNU_SOURCE /* mkostemp */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "diag.h"
#include "file.h"
#include "mem.h"

static int
past_standard(int fd)
{
	if (fd < 0 || fd > STDERR_FILENO)
		return fd;

	int moved = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1), why = errno;
	close(fd);
	errno = why;
	return moved;
}

int
file_open(const char *path, int flags)
{
	return past_standard(open(path, flags | O_CLOEXEC, 0666));
}

int
file_again(int fd)
{
	int again = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);

	if (again < 0)
		die_errno(EX_OSERR, "file");
	return again;
}

const char *
file_temp_place(void)
{
	const char *place = getenv("TMPDIR");

	return place != NULL && *place != '\0' ? place : "/tmp";
}

int
file_temp(void)
{
	char *path = mem_printf("%s/saleswatch.XXXXXX", file_temp_place());
	int fd = past_standard(mkostemp(path, O_CLOEXEC));

	if (fd < 0 || unlink(path) != 0)
		die_errno(EX_CANTCREAT, "%s", path);
	free(path);
	return fd;
}

bool
file_would_wait(int fd)
{
	struct pollfd input = { .fd = fd, .events = POLLIN };

	return poll(&input, 1, 0) == 0;
}

size_t
file_read(int fd, const char *name, char *to, size_t room)
{
	ssize_t got;

	do
		got = read(fd, to, room);
	while (got < 0 && errno == EINTR);
	if (got < 0)
		die_errno(EX_IOERR, "%s", name);
	return (size_t)got;
}

char *
file_text(const char *path, size_t max)
{
	int fd = file_open(path, O_RDONLY);
	char *text = mem_new(max + 1, 1);
	size_t len = 0, got = 1;

	if (fd < 0)
		die_errno(EX_NOINPUT, "%s", path);
	while (len < max && got != 0) {
		got = file_read(fd, path, text + len, max - len);
		len += got;
	}
	close(fd);
	if (len == max)
		die(EX_CONFIG, "%s: %zu bytes or more", path, max);
	if (memchr(text, '\0', len) != NULL)
		die(EX_CONFIG, "%s: a NUL in it", path);
	text = mem_grow(text, len + 1, 1);
	text[len] = '\0';
	return text;
}

char *
file_bytes(const char *path, size_t *len)
{
	enum { CHUNK = 1 << 20 };
	int fd = file_open(path, O_RDONLY);
	char *bytes = NULL;
	size_t got = 0;

	if (fd < 0)
		return NULL;
	*len = 0;
	do {
		*len += got;
		bytes = mem_grow(bytes, *len + CHUNK + 1, 1);
	} while ((got = file_read(fd, path, bytes + *len, CHUNK)) > 0);
	bytes[*len] = '\0';
	close(fd);
	return bytes;
}
