/*
 * watchlist - segments that come close to their threshold, and that no incident explains.
 *
 * Close is half a unit of z.  Of a whole and its parts the closest is listed; it keeps its
 * place while it was close within the last 28 days, and loses it to an incident.
 */
#ifndef WATCHLIST_H
#define WATCHLIST_H

#include "incidents.h"

struct watched {
	int sign; /* 0: it is not listed */
	int32_t opened, close; /* the days it was close, first and last */
	size_t window; /* of the last */
};

struct watchlist {
	const struct incidents *incidents;
	struct watched *at; /* by segment */
};

void watchlist_make(struct watchlist *, const struct incidents *);
void watchlist_day(struct watchlist *, int32_t today); /* after the day's incidents */
void watchlist_release(struct watchlist *);

#endif
