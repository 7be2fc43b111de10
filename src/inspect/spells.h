/*
 * spells - the days that deals spent in states, taken from the deals and their changes.
 *
 * The state of spells_open() is being open.  Those of spells_staged() are the stages: there
 * are such spells only of deals that were watched when they began, or after they moved.
 */
#ifndef SPELLS_H
#define SPELLS_H

#include "changes.h"
#include "life.h"

struct spells {
	struct spell *list;
	size_t count, room;
};

struct spells spells_open(const struct deals *);
struct spells spells_staged(const struct deals *, const struct changes *);
void spells_release(struct spells *);

#endif
