#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "channel.h"
#include "identity.h"
#include "mem.h"

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
	bool good = channel_write(fd, text) && fsync(fd) == 0;
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
		{ "application/json", "json" },
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

struct result
file_send(const struct means *means, const struct letter *letter)
{
	const char *asked = json_string_value(json_object_get(letter->receiver, "dir"));
	const char *dir = asked != NULL ? asked : *letter->dir != '\0' ? letter->dir : "mail";
	const char *id = letter->delivery_id;

	if (!is_identity(id))
		return channel_failed(REFUSED, EX_UNAVAILABLE, "delivery_id names no file");
	char *folder =
	    *dir == '/' ? mem_printf("%s", dir) : mem_printf("%s/%s", means->state, dir);
	char *draft = mem_printf("%s/.%s.new", folder, id);
	char *path = mem_printf("%s/%s.%s", folder, id, extension_of(letter->type));
	struct result result = channel_sent;
	if (!make_folder(folder) || !write_whole(folder, draft, path, letter->body))
		result = channel_failed(LATER, EX_IOERR, "%s: %s", path, strerror(errno));
	free(path);
	free(draft);
	free(folder);
	return result;
}
