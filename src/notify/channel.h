/*
 * channel - how a message leaves us: a row for each way.
 *
 * Sending ends in one of three: sent; later, when time may help or a person must put something
 * right on our side first; refused, when this message will never be taken.  `status` is what
 * the run owes for it (sysexits): 0 when sent, 75 when time will, else a person must act.
 *
 *	terminal  the text, on stderr or in the file --terminal names
 *	file      DIR/ID.eml (.txt, .html), whole or absent; sent twice it is still one file
 *	mail      msmtp, one run a recipient, ended when it takes too long
 */
#ifndef CHANNEL_H
#define CHANNEL_H

#include <sysexits.h>
#include "span.h"

enum outcome { SENT, LATER, REFUSED };

struct letter {
	const char *delivery_id, *to;
	const char *dir; /* of a file; "" for the usual one */
	const char *type; /* of the body */
	struct span body;
};

struct result {
	enum outcome outcome;
	int status;
	char reason[200];
};

/* What configuration and command line say of the channels. */
struct means {
	const char *state; /* the folder that files go under */
	const char *terminal; /* NULL: stderr */
	const char *msmtp, *account, *config, *from; /* NULL: as msmtp has it */
	int seconds; /* a run of msmtp may take */
};

typedef struct result channel_send(const struct means *, const struct letter *);

channel_send *channel_find(const char *name); /* NULL: there is none */
channel_send mail_send;

extern const struct result channel_sent;

__attribute__((format(printf, 3, 4))) struct result channel_failed(
    enum outcome, int status, const char *format, ...);

#endif
