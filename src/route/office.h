/*
 * office - where it is decided who is told what: the alerts and faults that stand, what readers
 * got before, and a tray for each reader with what he is to get now.
 */
#ifndef OFFICE_H
#define OFFICE_H

#include "answers.h"
#include "due.h"
#include "held.h"
#include "options.h"
#include "pool.h"
#include "routes.h"
#include "silences.h"
#include "summary.h"
#include "told.h"

/* One alert or fault for one reader. */
struct item {
	const struct alert *alert; /* or NULL */
	const struct fault *fault; /* or NULL */
	const struct node *node; /* the route it came by; NULL: it follows what he got before */
	const char *state; /* why it is sent */
	const struct answer *answer; /* whose it is, where it was acknowledged */
	int64_t last; /* when he was told before, of a reminder */
};

struct tray {
	bool known; /* who the reader is */
	size_t receiver;
	struct item *items[PLANS]; /* those that go at once first */
	size_t count[PLANS], room[PLANS];
	int64_t slot[PLANS], next[PLANS]; /* when such a digest was, and will be, due */
};

struct office {
	const struct options *opts;
	struct routes *routes;
	struct told *told;
	struct answers *answers;
	struct silences *silences;
	struct held *held;
	struct pool *pool;
	struct picks picks;
	const char *zone; /* of the business */
	int64_t now, *muted; /* until when, by mute time; 0: not now */
	struct tray *trays; /* by number of the reader */
	size_t tray_count;
	const struct reader *stormy; /* the first who got too much at once, or NULL */
	struct rec_out *out;
	struct summary sum;
};

/* The reader's tray, for a receiver and one of its addresses; his number in *reader. */
struct tray *office_tray(struct office *, size_t receiver, const char *to, uint32_t *reader);
void tray_lay(struct tray *, size_t plan, struct item);

#endif
