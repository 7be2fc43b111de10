/*
 * delivery - the records that are queued: schemas/delivery.json.
 *
 * The delivery_id is a hash of what is told, in which state, to whom and by which way, so that
 * the same, routed again, is the same delivery and the store takes it once.
 */
#ifndef DELIVERY_H
#define DELIVERY_H

#include "office.h"

struct message {
	uint32_t reader;
	size_t receiver;
	const char *form, *priority;
	const char *state; /* of one that goes alone, or NULL */
	int64_t due;
	const struct item *const *items;
	size_t count, more; /* more: left out at the cap */
	bool storm;
	const json_t *fault; /* of our own, or NULL */
};

void delivery_write(struct office *, const struct message *);

#endif
