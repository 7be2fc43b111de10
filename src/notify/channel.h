/*
 * channel - how a message leaves us: a row for each way.
 *
 * Sending ends in one of three: sent; later, when time may help or a person must put something
 * right on our side first; refused, when this message will never be taken.  `status` is what
 * the run owes for it (sysexits): 0 when sent, 75 when time will, else a person must act.
 *
 * Where to send is configuration: what routes.json says of the receiver.
 */
#ifndef CHANNEL_H
#define CHANNEL_H

#include <jansson.h>
#include <sysexits.h>
#include "means.h"
#include "span.h"

enum outcome { SENT, LATER, REFUSED };

struct letter {
	const char *delivery_id, *to, *state;
	const char *dir, *type; /* of a file, "" for the usual one; of the body */
	const char *ref; /* of the message before it in its thread, or NULL */
	struct span body;
	const json_t *receiver; /* as routes.json has it, or NULL */
};

struct result {
	enum outcome outcome;
	int status;
	int64_t wait; /* the seconds it asks to be left alone for */
	int64_t closed; /* for so many seconds this way takes nothing else either */
	char reason[200], ref[100];
};

typedef struct result channel_send(const struct means *, const struct letter *);

struct channel {
	const char *name;
	channel_send *send;
	int pace_ms; /* between two messages to the same place */
	bool is_one_way; /* whoever it is for */
	bool needs_receiver; /* in routes.json */
};

const struct channel *channel_find(const char *name); /* NULL: there is none */
channel_send file_send, mail_send, slack_send, teams_send, webhook_send, alertmanager_send,
    exec_send;

extern const struct result channel_sent;

__attribute__((format(printf, 3, 4))) struct result channel_failed(
    enum outcome, int status, const char *format, ...);
bool channel_write(int fd, struct span); /* all of it; false and errno */

#endif
