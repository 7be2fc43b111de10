/*
 * round - one look into the outbox: what is due is sent, and what became of it is settled.
 *
 * What must wait for its channel's pace is sent later in the round, the rest going on
 * meanwhile; a round that would last longer than a minute leaves it to the next one.
 */
#ifndef ROUND_H
#define ROUND_H

#include "channel.h"
#include "conf.h"
#include "store.h"

struct options {
	const char *db, *conf, *routes, *paused;
	const char *only; /* this delivery, or NULL: all */
	const char *retry, *drop, *why;
	size_t limit;
	bool dry_run, list;
	struct means means;
};

/* The status that it owes (sysexits).  routes may be NULL. */
int round_go(const struct options *, const struct conf *routes);

#endif
