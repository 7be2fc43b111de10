/*
 * pace - by part and week, how many deals were decided and how many should have been.
 *
 * Each day, every open deal created in the last 112 days adds the company's chance to be
 * decided at its age: decisions of the last 365 days by those at risk, by age, smoothed
 * 1-2-3-2-1.  Those closed in bulk are at risk until that day, but no decision.
 *
 * A week is judged by the part's usual weeks whose windows ended before this one began, of
 * the 330 days before that, and by the rest of the company in the same weeks and now.
 */
#ifndef PACE_H
#define PACE_H

#include "speed.h"

extern const int32_t pace_windows[SPEED_WINDOWS];

enum { PACE_HISTORY = 330 }; /* days */

/* Fills monday, weeks and paces. */
void paces_count(struct speeds *, int32_t first, int32_t days);
struct speed pace_judge(const struct speeds *, size_t week, size_t part, size_t window);

#endif
