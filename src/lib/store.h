/*
 * store - what is kept between runs, behind one URL (sqlite:PATH, a plain path, or
 * postgresql://[USER@]HOST[:PORT]/DATABASE); and its outbox, the deliveries that wait to be
 * sent.  store_data.h: how records get in and out.
 *
 * Whatever fails ends the program and says so: no store where one is read (66), no right to
 * it (77), none can be made (73), damaged or not ours (65), made by a newer saleswatch (78),
 * full disk and I/O (74), another program has been writing to it for a minute (75).
 *
 * What outbox_attempt, _sent, _later, _refused return from is on the disk: a transaction each.
 * Count the attempt, then send, then say what became of it; a crash in between costs one
 * extra copy with the same key, never a message.
 */
#ifndef STORE_H
#define STORE_H

#include <stdint.h>
#include "span.h"

struct store;
enum store_use {
	STORE_READ, /* it must be there; nothing is changed */
	STORE_CHANGE, /* it must be there */
	STORE_MAKE, /* it is made if it is not there, readable by its owner alone */
};

struct store *store_open(const char *url, enum store_use);
void store_close(struct store *);
const char *store_path(const char *url); /* the file it is in; NULL: in none */

/* A delivery that is due; the spans live as long as the visit. */
struct outbox_row {
	struct span delivery_id;
	struct span doc; /* the record as it was put: its bytes never change */
	int attempts; /* counted so far */
};
typedef void outbox_visit(void *context, struct outbox_row *);

/* Those queued with next_at <= now: by priority, next_at, delivery_id.  How many. */
size_t outbox_due(struct store *, int64_t now, outbox_visit *, void *context);

/* Counts it in row->attempts too, and it is not due again before `until`: who else looks will
 * not send it meanwhile.  False: it is not ours to send (sent, dead, another counted first). */
bool outbox_attempt(struct store *, struct outbox_row *, int64_t until);

/* Each adds the receipt of that attempt (at when_now()) and settles the delivery: sent; queued
 * until next_at; dead.  key (a Message-ID) and reason may be NULL. */
void outbox_sent(struct store *, const struct outbox_row *, const char *key);
void outbox_later(
    struct store *, const struct outbox_row *, int64_t next_at, const char *reason);
void outbox_refused(struct store *, const struct outbox_row *, const char *reason);

size_t outbox_count(struct store *, const char *status); /* "queued", "sent" or "dead" */

#endif
