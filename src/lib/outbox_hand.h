/*
 * outbox_hand - what a person does with the outbox: look, send again, give up.
 *
 * outbox_retry makes a waiting delivery due now, or queues a dead one again, its failures
 * forgotten; outbox_drop gives it up, with a receipt that says who did and why, and its fault
 * is over.  Neither while it is on its way.  A transaction each.
 */
#ifndef OUTBOX_HAND_H
#define OUTBOX_HAND_H

#include "outbox.h"

enum outbox_answer {
	OUTBOX_IS_DONE,
	OUTBOX_NONE,
	OUTBOX_WAS_SENT,
	OUTBOX_ON_ITS_WAY,
	OUTBOX_IS_SUPERSEDED /* never sent again */
};
enum outbox_answer outbox_retry(struct store *, const char *delivery_id);
enum outbox_answer outbox_drop(
    struct store *, const char *id, const char *why, json_t **receipt);

/* Each that is not sent, with its status and what its last receipt says. */
void outbox_list(struct store *, void (*take)(void *context, json_t *), void *context);
size_t outbox_count(struct store *, const char *status); /* queued, sent, dead */

#endif
