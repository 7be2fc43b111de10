/*
 * round - one look into the outbox: what is due is sent, and what became of it is settled.
 *
 * What must wait for its channel's pace is sent later in the round, the rest going on
 * meanwhile; a round whose time is over leaves the rest to the next one, one slow receiver or not.
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
	int round_seconds; /* after which nothing more is begun */
	bool dry_run, list;
	struct means means;
};

/* The status that it owes (sysexits).  routes may be NULL. */
int round_go(const struct options *, const struct conf *routes);

#endif
