/*
 * outbox - the deliveries of a store that wait to be sent, and what became of them.
 *
 * Count the attempt, send, then settle it; each is a transaction, on the disk when it returns.
 * A crash in between costs one extra copy with the same key, never a message.
 *
 * To settle adds the receipt of the attempt, and hands it out.  What fails later than
 * OUTBOX_DAYS after its first failure has expired, and is dead as one refused is.  Whoever
 * looks after us is told once: OUTBOX_FAILURES failures, or a death, put a fault into the store
 * in the same transaction; a message about a fault, or a drill, does not.  Of deliveries that
 * wait on the same way (receiver, channel, to) the first one's fault stands for all.  Its
 * `until` comes with the receipt of its delivery sent or dropped.
 *
 * By hand: outbox_retry makes a waiting one due now, or queues a dead one again, its failures
 * forgotten; outbox_drop gives it up and says who did.  Not while it is on its way.
 */
#ifndef OUTBOX_H
#define OUTBOX_H

#include <jansson.h>
#include <stdint.h>
#include "store.h"

enum { OUTBOX_FAILURES = 3, OUTBOX_DAYS = 5 };

/* A delivery that is due; the spans live as long as the visit. */
struct outbox_row {
	struct span delivery_id,
	    doc; /* doc: the record as it was put, whose bytes never change */
	int attempts; /* counted so far */
	int failures; /* of them, since it was queued last */
};
typedef void outbox_visit(void *context, struct outbox_row *);

/* Those queued with next_at <= now: by priority, next_at, delivery_id.  How many. */
size_t outbox_due(struct store *, int64_t now, outbox_visit *, void *context);

/* Counts it in row->attempts too, and it is not due again before `until`: who else looks will
 * not send it meanwhile.  False: it is not ours to send (sent, dead, another counted first). */
bool outbox_attempt(struct store *, struct outbox_row *, int64_t until);

enum outbox_what { OUTBOX_SENT, OUTBOX_LATER, OUTBOX_REFUSED };
struct outbox_end {
	enum outbox_what what;
	int64_t next_at; /* of what is tried again */
	const char *reason, *key, *ref; /* or NULL */
};
json_t *outbox_settle(struct store *, const struct outbox_row *, const struct outbox_end *);

char *outbox_ref(struct store *, const char *thread); /* the newest of it, free(); or NULL */

enum outbox_answer { OUTBOX_IS_DONE, OUTBOX_NONE, OUTBOX_WAS_SENT, OUTBOX_ON_ITS_WAY };
enum outbox_answer outbox_retry(struct store *, const char *delivery_id);
enum outbox_answer outbox_drop(
    struct store *, const char *delivery_id, const char *why, json_t **receipt);

/* Each that is not sent, as a record: its status, and what its last receipt says. */
void outbox_list(struct store *, void (*take)(void *context, json_t *), void *context);
size_t outbox_count(struct store *, const char *status); /* "queued", "sent" or "dead" */

#endif
