/*
 * channel - what a message is on each channel: a channel is one row, with one function.
 *
 * The content of a delivery is {"type", "body"}, and the bytes of the body are what notify
 * sends.  A channel nobody knows ends the program (65), as does what message.h says.
 */
#ifndef CHANNEL_H
#define CHANNEL_H

#include "field.h"
#include "message.h"

struct message {
	json_t *view;
	const json_t *record; /* the delivery as it came, for a channel that takes it so */
	const char *subject, *place;
};

struct channel {
	const char *name, *type;
	char *(*body)(const struct press *, const struct message *); /* free() it */
	bool as_it_came; /* the record is wanted */
	bool pictures; /* it carries those of the report */
};

const struct channel *channel_of(const json_t *delivery, const char *place);

char *slack_body(const struct press *, const struct message *);
char *teams_body(const struct press *, const struct message *);
char *webhook_body(const struct press *, const struct message *);
char *alertmanager_body(const struct press *, const struct message *);
char *exec_body(const struct press *, const struct message *);

/* What bodies are made with. */
json_t *channel_json(json_t *made); /* what jansson made, or the end: a template's bytes */
char *channel_bytes(json_t *body); /* takes it; free() the bytes */

#endif
