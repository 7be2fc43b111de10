#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "channel.h"
#include "child.h"
#include "mem.h"

enum { CLOSED_SECONDS = 60 };

/* A copy, since execve wants words that may be written to; NULL if it is no list of texts. */
static char **
command_of(const json_t *receiver)
{
	const json_t *list = json_object_get(receiver, "command"), *word;
	size_t i;

	if (json_array_size(list) == 0)
		return NULL;
	char **argv = mem_new(json_array_size(list) + 1, sizeof *argv);
	json_array_foreach (list, i, word) {
		const char *text = json_string_value(word);
		argv[i] = mem_copy(text != NULL ? text : "", json_string_length(word));
	}
	return argv;
}

static void
command_free(char **argv)
{
	for (char **word = argv; *word != NULL; word++)
		free(*word);
	free(argv);
}

static struct result
judge(const char *name, const struct child *child)
{
	int len = (int)strcspn(child->said, "\n");
	const char *sign = len > 0 ? ": " : "";

	if (child->code == EX_OK)
		return channel_sent;
	if (child->code == EX_TEMPFAIL)
		return channel_failed(
		    LATER, EX_TEMPFAIL, "%s: later%s%.*s", name, sign, len, child->said);
	return channel_failed(REFUSED, EX_UNAVAILABLE, "%s ended with %d%s%.*s", name,
	    child->code, sign, len, child->said);
}

struct result
exec_send(const struct means *means, const struct letter *letter)
{
	char **argv = command_of(letter->receiver);
	struct child child;
	struct result result;

	if (argv == NULL)
		return channel_failed(LATER, EX_CONFIG, "its receiver names no command");
	switch (child_run(argv, letter->body, means->seconds, &child)) {
	case CHILD_ENDED: result = judge(argv[0], &child); break;
	case CHILD_TOO_LONG:
		result = channel_failed(
		    LATER, EX_TEMPFAIL, "%s: not done in %d s", argv[0], means->seconds);
		result.closed = CLOSED_SECONDS;
		break;
	default: result = channel_failed(LATER, EX_CONFIG, "%s: %s", argv[0], strerror(errno));
	}
	command_free(argv);
	return result;
}
