/*
 * incidents - changes of win rates, from the day each first showed until it shows no more.
 *
 * Of a segment that fired and those one condition away, the one that tells the change best
 * gets the incident: over the window that showed it, on recorded or created days, its shift
 * (in logits, most probable, prior sd 1) is then expected of its deals, and the rest is
 * looked at again.  So what was only a part or a larger whole of it falls silent.
 *
 * Weekly the shift is estimated anew; in its first 60 days another segment that explains the
 * same span better takes its place.  It ends where the log likelihood of its shift against
 * none was largest, once that has fallen by 3, or once nothing of it was recorded for 56 days.
 * What is over by that rule on the day it first shows, and goes on from no other, is not told.
 * What its deals were shifted by until then stays, as it was unusual.  A change the other way
 * soon after an end is a recovery.  It is told from the day it is as large as the user wants
 * to hear.
 */
#ifndef INCIDENTS_H
#define INCIDENTS_H

#include "scan.h"

struct incident {
	uint32_t segment, replaces; /* replaces: the name it had before, or SEGMENT_NONE */
	int sign;
	bool cohort, open, recovery, told;
	int32_t from, began; /* the window that showed it, the day it did */
	int32_t opened, raised,
	    ended; /* the day it was told first, and last; the day it ended */
	double shift; /* in logits */
	uint32_t *deals; /* in order of recording */
	size_t count, room;
};

struct incidents {
	struct company *company;
	struct scan scan;
	struct incident *at;
	size_t count;
};

void incidents_make(struct incidents *, struct company *, const struct speeds *);
void incidents_deal(struct incidents *, size_t deal); /* before it is counted */
void incidents_day(struct incidents *, int32_t today); /* after all deals of the day */
const struct incident *incidents_of(const struct incidents *, uint32_t segment); /* or NULL */

/* One of that segment that was over before it was told, lately; or NULL. */
const struct incident *incidents_over(
    const struct incidents *, uint32_t segment, int32_t today);

/* The first day of those that are open, or that day. */
int32_t incidents_oldest(const struct incidents *, int32_t day);

/* Its span up to today, its own shift taken out: what it is told by. */
struct surprise incidents_evidence(
    const struct incidents *, const struct incident *, int32_t today);
void incidents_release(struct incidents *);

#endif
