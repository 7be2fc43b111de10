/*
 * checkpoint - a cache: the state of a replay at the beginning of a day, to go on from.
 *
 * Only of a day on which the expectation is fitted anew: what is judged by it follows from
 * the coefficients before, the shifts of deals, and what is open or watched.  It is used only
 * if its fingerprint is that of what is known (see known.h), so that a replay from it gives
 * the same bytes as one from the first day.  A file that is torn or of something else is as
 * none; one that cannot be written ends the program.
 */
#ifndef CHECKPOINT_H
#define CHECKPOINT_H

#include "watch.h"

/* The day to go on from, its state being that of the watch; 0: there is none that fits. */
int32_t checkpoint_load(const char *path, struct watch *);
void checkpoint_save(const char *path, const struct watch *, int32_t today);

#endif
