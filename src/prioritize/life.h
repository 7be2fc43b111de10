/*
 * life - what became of the incidents that people were told of.
 *
 * The incidents are what a replay of the deals known today gives (detect --incidents): each
 * that would have been told, with the day it was over, if it is.  An alert whose incident is
 * over has recovered, on that day.  One that is not among them was corrected: with what is
 * known now nobody would have been told.  No end is told of an alert whose incident goes on
 * under the name of a part or a whole of it, nor where other rules than today's told it.
 *
 * Each end is a version of the alert: as it was told last, with the state `recovered` (and the
 * day, `closed`) or `corrected`, the day it was seen as its date, and no actions.
 */
#ifndef LIFE_H
#define LIFE_H

#include "history.h"
#include "rules.h"

/* An array of versions, by day and id; a new reference. */
json_t *life_ends(
    const struct history *, const struct rules *, const char *incidents, const char *as_of);

#endif
