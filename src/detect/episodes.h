/*
 * episodes - changes of win rates, from the day each first showed until it shows no more.
 *
 * On a day the most surprising segment that has no episode yet is looked at; of it and those
 * near it, the one that tells the change best gets the episode.  It is set apart from then
 * on, so that the rest is judged without it: what was only a part or a larger whole of it
 * falls silent.  From a change of the whole company nothing is set apart, but the rest is
 * then compared with the company as it stands.
 *
 * An episode lives while it fired within the last 28 days, in windows no longer than the one
 * that showed it, and for half a year at most.  Then its days were unusual ones, and windows
 * begin after them; or, if the newest are still like them, they are what is usual now.
 * It is told from the day it is as large as the user wants to hear of.
 */
#ifndef EPISODES_H
#define EPISODES_H

#include "scan.h"

struct episode {
	uint32_t segment;
	int sign;
	int32_t from, began; /* the window that showed it, the day it did */
	int32_t opened; /* the day it was told first */
	int32_t fired; /* the last day */
	int32_t longest; /* window, in days */
	double shift; /* of the window that showed it */
	bool live, told;
	struct surprise surprise; /* of today */
};

struct episodes {
	struct company *company;
	struct episode *at;
	size_t count;
};

void episodes_make(struct episodes *, struct company *);
void episodes_day(struct episodes *, int32_t today);
const struct episode *episodes_of(const struct episodes *, uint32_t segment); /* or NULL */
void episodes_release(struct episodes *);

#endif
