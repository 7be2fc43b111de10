/*
 * pace - by part and week, how many deals were decided at what age, of those that were open.
 *
 * A row of life tables a Monday: of the deals created in the last 28, 42, 56, 70, 84 or 112
 * days, by age in weeks, the days on which they were open, and how many were decided.  Those
 * closed in bulk are open until that day, but not decided.  Open deals count as long as they
 * are open, so that the newest do not look quick for only their quick ones being decided yet.
 *
 * A week is judged by the part's own chances, at each age, in its usual weeks whose windows
 * ended before this one began, of the 330 days before that, and by the rest of the company,
 * by the rest's own chances.  So neither more new deals nor another mix of them make anybody
 * slower.  The company has no rest: it is slow only if it is so whatever dimension's mix it
 * is seen as.
 */
#ifndef PACE_H
#define PACE_H

#include "speed.h"

enum { PACE_HISTORY = 330, PACE_AGES = SPEED_LATELY / 7 }; /* days; weeks */

extern const int32_t pace_windows[SPEED_WINDOWS];

/* Fills monday, weeks and paces. */
void paces_count(struct speeds *, int32_t first, int32_t days);

/* How surprising every part is in every window: [part][window]. */
void paces_judge(const struct speeds *, size_t week, struct speed *speeds);

#endif
