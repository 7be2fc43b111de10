/*
 * snapshots - decided deals as they stood every 28 days of their lives, while still open.
 *
 * What is learned from them is true of open deals, which have lived for a while already, and
 * not only of deals that begin.
 */
#ifndef SNAPSHOTS_H
#define SNAPSHOTS_H

#include "deals.h"

struct snapshot {
	const struct deal *deal;
	int32_t day;
};

struct snapshots {
	struct snapshot *list;
	size_t count, deals; /* of so many deals */
};

struct snapshots snapshots_take(const struct deals *, int32_t from, int32_t to);
void snapshots_release(struct snapshots *);

#endif
