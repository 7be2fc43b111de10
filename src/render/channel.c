#include <stdlib.h>
#include <string.h>

#include "channel.h"
#include "diag.h"

static char *
terminal_body(const struct press *press, const struct message *message)
{
	return message_text(press, message->view, message->place);
}

static char *
mail_body(const struct press *press, const struct message *message)
{
	return message_mail(press, message->view, message->subject, message->place);
}

/* clang-format off */
static const struct channel channels[] = {
	{ "terminal",     "text/plain",       terminal_body,     false, false },
	{ "file",         "message/rfc822",   mail_body,         false, true },
	{ "mail",         "message/rfc822",   mail_body,         false, true },
	{ "slack",        "application/json", slack_body,        false, false },
	{ "teams",        "application/json", teams_body,        false, false },
	{ "webhook",      "application/json", webhook_body,      false, false },
	{ "alertmanager", "application/json", alertmanager_body, false, false },
	{ "exec",         "application/json", exec_body,         true,  false },
};
/* clang-format on */

const struct channel *
channel_of(const json_t *delivery, const char *place)
{
	const char *name = text_of(delivery, "channel");

	for (size_t i = 0; i < sizeof channels / sizeof *channels; i++)
		if (strcmp(channels[i].name, name) == 0)
			return &channels[i];
	die(EX_DATAERR, "%s: channel: \"%s\" is none", place, name);
}

json_t *
channel_json(json_t *made)
{
	if (made == NULL)
		die(EX_CONFIG, "templates: not UTF-8");
	return made;
}

char *
channel_bytes(json_t *body)
{
	char *bytes = json_dumps(body, JSON_COMPACT);

	if (bytes == NULL)
		die(EX_OSERR, "content: out of memory");
	json_decref(body);
	return bytes;
}
