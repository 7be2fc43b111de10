/*
 * outbox - the deliveries of a store that wait to be sent, and what became of them.
 *
 * Count the attempt, send, then settle it.  A crash in between costs one extra copy with the
 * same key, never a message.  Both happen between outbox_begin and outbox_end, and are on the
 * disk after it; one is settled with the next one's attempt.
 *
 * To settle adds the receipt of the attempt.  What fails later than OUTBOX_DAYS after its first
 * failure has expired, and is dead as one refused is.  Ops are told once: OUTBOX_FAILURES
 * failures, a death, or the first failure that a person must mend put a fault into the store in
 * the same transaction; a drill does not.  Of deliveries that wait on one way (receiver,
 * channel, to) the first one's fault stands for all, until its own delivery is sent or dropped.
 * A message about a fault has its own, which says what was unsaid; the message about that none.
 *
 * Each message of a thread tells all of its alert.  So one is superseded, dropped unsent, once
 * a later one was sent or says that it is over; until then those that are due go in the order
 * they were put, and none while another is on its way.  One that is dead, or waits to be tried
 * again, keeps no later one back; the fault of one ends when any of its thread is sent.
 */
#ifndef OUTBOX_H
#define OUTBOX_H

#include <jansson.h>
#include <stdint.h>
#include "store.h"

enum { OUTBOX_FAILURES = 3, OUTBOX_DAYS = 5 };

/* A delivery that is due; the spans live as long as the visit. */
struct outbox_row {
	struct span delivery_id, doc; /* as it was put: its bytes never change */
	int attempts, failures; /* counted; and failed, since it was queued last */
};
typedef void outbox_visit(void *context, struct outbox_row *);

/* Those queued with next_at <= now, by priority, next_at, delivery_id.  How many. */
size_t outbox_due(struct store *, int64_t now, outbox_visit *, void *context);

void outbox_begin(struct store *);
void outbox_end(struct store *);

/* Drops it if it is superseded; its receipt, or NULL. */
json_t *outbox_supersede(struct store *, struct outbox_row *);

/* Counts it in row->attempts too; not due again before `until`: who else looks will not send it
 * meanwhile.  False: not ours to send now (sent, dead, another counted or goes first). */
bool outbox_attempt(struct store *, struct outbox_row *, int64_t until);

enum outbox_what { OUTBOX_SENT, OUTBOX_LATER, OUTBOX_REFUSED };
struct outbox_fate {
	enum outbox_what what;
	int64_t next_at; /* of what is tried again */
	bool needs_person; /* on our side: time alone will not mend it */
	const char *reason, *key, *ref; /* or NULL */
};
json_t *outbox_settle(struct store *, const struct outbox_row *, const struct outbox_fate *);

char *outbox_ref(struct store *, const char *thread); /* its newest, free(); or NULL */

#endif
