#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "channel.h"

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

bool
channel_write(int fd, struct span text)
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
	bool wrote = channel_write(fd, letter->body) && channel_write(fd, span("\n"));
	struct result result = wrote ? channel_sent : failed_here(path);
	if (fd != STDERR_FILENO)
		close(fd);
	return result;
}

/* Slack and Teams say how often they may be written to, Slack for each of its channels. */
static const struct channel channels[] = {
	{ .name = "terminal", .send = terminal_send },
	{ .name = "file", .send = file_send },
	{ .name = "mail", .send = mail_send, .is_one_way = true },
	{ .name = "slack", .send = slack_send, .pace_ms = 1000, .needs_receiver = true },
	{ .name = "teams", .send = teams_send, .pace_ms = 250, .needs_receiver = true },
	{ .name = "webhook", .send = webhook_send, .needs_receiver = true },
	{ .name = "alertmanager", .send = alertmanager_send, .needs_receiver = true },
	{ .name = "exec", .send = exec_send, .needs_receiver = true },
};

const struct channel *
channel_find(const char *name)
{
	for (size_t i = 0; i < sizeof channels / sizeof *channels; i++)
		if (strcmp(name, channels[i].name) == 0)
			return &channels[i];
	return NULL;
}
