/*
 * scan - how surprising the win rate of each segment is, in windows of recorded days, and of
 * the days on which its deals were created (cohorts), beside its own offset over the 540 days
 * before the window: see surprise.h.
 *
 * A slower segment seems to win more than expected: in a recorded window z goes at most .8
 * beyond what it is without the age part of the expectation, not at all while the segment is
 * known to be slow; then a rise of a cohort is not believed either (of a fast one, a drop).
 */
#ifndef SCAN_H
#define SCAN_H

#include "company.h"
#include "speed.h"

enum { RECORDED_WINDOWS = 9, WINDOWS = 15 }; /* and 6 of cohorts */

struct window {
	int32_t days; /* up to today; 0: there is none */
	bool cohort;
};
extern const struct window scan_windows[WINDOWS];

/* A window of a segment, with all that its z is made of. */
struct surprise {
	struct window window;
	double r, v; /* r less what the own offset explains */
	double own, own_variance, rest, rest_variance, noise;
	double raw, ageless, z, threshold; /* z; without the age part; the one that counts */
};

struct scan {
	const struct company *company;
	const struct speeds *speeds;
	double *z, *threshold; /* [window][segment]; z as of the last scan_all() */
	double *beyond; /* by segment: how far z is beyond the threshold, where most */
	size_t tried; /* segments that had deals enough */
	double *law; /* by days: variance of the mean of noise, relative to 28 days */
	struct guard *guard;
};

void scan_make(struct scan *, const struct company *, const struct speeds *);
void scan_all(struct scan *, int32_t today);
double scan_z(const struct scan *, uint32_t segment, size_t w);

/* One of those windows, and any from a day on; more: of each segment, to be added, or NULL. */
struct surprise scan_window(const struct scan *, uint32_t segment, size_t w, int32_t today);
struct surprise scan_since(const struct scan *, uint32_t segment, int32_t from, bool cohort,
    int32_t today, const struct sum *more);

/* How many more or fewer won, in a window of that v, would have fired. */
double scan_visible(const struct surprise *);

/* The window that goes furthest beyond its threshold, down (-1), up (1) or either way (0). */
size_t scan_best(const struct scan *, uint32_t segment, int sign, double *beyond);
void scan_release(struct scan *);

#endif
