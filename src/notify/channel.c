#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "channel.h"
#include "identity.h"
#include "mem.h"

const struct result channel_sent = { .outcome = SENT, .status = EX_OK };

struct result
channel_failed(enum outcome outcome, int status, const char *format, ...)
{
	struct result result = { .outcome = outcome, .status = status };
	va_list args;

	va_start(args, format);
	vsnprintf(result.reason, sizeof result.reason, format, args);
	va_end(args);
	for (char *p = result.reason; *p != '\0'; p++) /* a server says what it likes */
		if (*p < ' ' || *p > '~')
			*p = '?';
	return result;
}

/* A person must look at it, and it may go out after that. */
static struct result
failed_here(const char *path)
{
	return channel_failed(LATER, EX_IOERR, "%s: %s", path, strerror(errno));
}

static bool
write_all(int fd, struct span text)
{
	while (text.len > 0) {
		ssize_t wrote = write(fd, text.at, text.len);
		if (wrote < 0 && errno != EINTR)
			return false;
		text.at += wrote > 0 ? wrote : 0;
		text.len -= wrote > 0 ? (size_t)wrote : 0;
	}
	return true;
}

static struct result
terminal_send(const struct means *means, const struct letter *letter)
{
	const char *path = means->terminal != NULL ? means->terminal : "stderr";
	int fd = means->terminal != NULL
	    ? open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY, 0600)
	    : STDERR_FILENO;

	if (fd < 0)
		return failed_here(path);
	bool wrote = write_all(fd, letter->body) && write_all(fd, span("\n"));
	struct result result = wrote ? channel_sent : failed_here(path);
	if (fd != STDERR_FILENO)
		close(fd);
	return result;
}

static bool
sync_folder(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool good = fd >= 0 && fsync(fd) == 0;

	if (fd >= 0)
		close(fd);
	return good;
}

/* One folder, with its name on the disk. */
static bool
make_one(const char *path)
{
	if (mkdir(path, 0700) != 0)
		return errno == EEXIST;
	char *above = mem_printf("%s/..", path);
	bool good = sync_folder(above);
	free(above);
	return good;
}

static bool
make_folder(const char *path)
{
	char *part = mem_copy(path, strlen(path));
	bool good = true;

	for (char *p = strchr(part + 1, '/'); good && p != NULL; p = strchr(p + 1, '/')) {
		*p = '\0';
		good = make_one(part);
		*p = '/';
	}
	good = good && make_one(part);
	free(part);
	return good;
}

static bool
write_whole(const char *folder, const char *draft, const char *path, struct span text)
{
	int fd = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	if (fd < 0)
		return false;
	bool good = write_all(fd, text) && fsync(fd) == 0;
	return close(fd) == 0 && good && rename(draft, path) == 0 && sync_folder(folder);
}

static const char *
extension_of(const char *type)
{
	static const struct {
		const char *type, *extension;
	} types[] = {
		{ "message/rfc822", "eml" },
		{ "text/plain", "txt" },
		{ "text/html", "html" },
	};

	for (size_t i = 0; i < sizeof types / sizeof *types; i++)
		if (strcmp(type, types[i].type) == 0)
			return types[i].extension;
	return "out";
}

/* The id names the file, so it must not lead anywhere else. */
static bool
is_identity(const char *id)
{
	return strspn(id, "0123456789abcdef") == IDENTITY_LEN && id[IDENTITY_LEN] == '\0';
}

static struct result
file_send(const struct means *means, const struct letter *letter)
{
	const char *dir = *letter->dir != '\0' ? letter->dir : "mail";
	const char *id = letter->delivery_id;

	if (!is_identity(id))
		return channel_failed(REFUSED, EX_UNAVAILABLE, "delivery_id names no file");
	char *folder =
	    *dir == '/' ? mem_printf("%s", dir) : mem_printf("%s/%s", means->state, dir);
	char *draft = mem_printf("%s/.%s.new", folder, id);
	char *path = mem_printf("%s/%s.%s", folder, id, extension_of(letter->type));
	struct result result = channel_sent;
	if (!make_folder(folder) || !write_whole(folder, draft, path, letter->body))
		result = failed_here(path);
	free(path);
	free(draft);
	free(folder);
	return result;
}

static const struct channel {
	const char *name;
	channel_send *send;
} channels[] = {
	{ "terminal", terminal_send },
	{ "file", file_send },
	{ "mail", mail_send },
};

channel_send *
channel_find(const char *name)
{
	for (size_t i = 0; i < sizeof channels / sizeof *channels; i++)
		if (strcmp(name, channels[i].name) == 0)
			return channels[i].send;
	return NULL;
}
