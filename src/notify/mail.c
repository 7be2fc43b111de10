#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "channel.h"
#include "child.h"
#include "mem.h"

enum { ARGUMENTS_MAX = 8, CLOSED_SECONDS = 60 };

/* What stands after `name` up to `end` or the end of its line; empty if it is not there. */
static struct span
said_after(const char *said, const char *name, const char *end)
{
	const char *at = strstr(said, name);

	if (at == NULL)
		return span("");
	at += strlen(name);
	return (struct span){ at, strcspn(at, end) };
}

/* The best words there are: the server's, else the first line of msmtp's. */
static struct span
reason_in(const char *said)
{
	struct span server = said_after(said, "smtpmsg='", "'\n");

	return server.len > 0 ? server : (struct span){ said, strcspn(said, "\n") };
}

/*
 * Its status cannot tell later from never, so the server's answer in the log line decides.
 * Without one nobody else's mail would go through now either.
 */
static struct result
judge(int code, const char *said)
{
	struct span answer = said_after(said, "smtpstatus=", " \n"), why = reason_in(said);
	char first = answer.len == 3 ? *answer.at : ' ';
	int len = (int)why.len;

	if (code == EX_OK)
		return channel_sent;
	if (first == '4')
		return channel_failed(LATER, EX_TEMPFAIL, "%.*s", len, why.at);
	if (code == EX_NOPERM || code == EX_CONFIG || code == EX_USAGE) /* ours, not its */
		return channel_failed(
		    LATER, code == EX_NOPERM ? EX_NOPERM : EX_CONFIG, "%.*s", len, why.at);
	if (first == '5' || (first == ' ' && code == EX_DATAERR))
		return channel_failed(REFUSED, EX_UNAVAILABLE, "%.*s", len, why.at);
	struct result result =
	    channel_failed(LATER, EX_TEMPFAIL, "msmtp ended with %d: %.*s", code, len, why.at);
	result.closed = CLOSED_SECONDS;
	return result;
}

static struct result
run(const struct means *means, char *const argv[], struct span text)
{
	struct child child;
	struct result result;

	switch (child_run(argv, text, means->mail_seconds, &child)) {
	case CHILD_ENDED: return judge(child.code, child.said);
	case CHILD_TOO_LONG:
		result = channel_failed(
		    LATER, EX_TEMPFAIL, "no answer in %d s", means->mail_seconds);
		result.closed = CLOSED_SECONDS;
		return result;
	default: return channel_failed(LATER, EX_CONFIG, "%s: %s", argv[0], strerror(errno));
	}
}

struct result
mail_send(const struct means *means, const struct letter *letter)
{
	char *argv[ARGUMENTS_MAX] = { mem_printf("%s", means->msmtp),
		mem_printf("--logfile=-") };
	int count = 2;

	if (means->config != NULL)
		argv[count++] = mem_printf("--file=%s", means->config);
	if (means->account != NULL)
		argv[count++] = mem_printf("--account=%s", means->account);
	if (means->from != NULL)
		argv[count++] = mem_printf("--from=%s", means->from);
	argv[count++] = mem_printf("--");
	argv[count++] = mem_printf("%s", letter->to);
	struct result result = run(means, argv, letter->body);
	for (int i = 0; i < count; i++)
		free(argv[i]);
	return result;
}
