/*
 * due - when an alert of a priority should be read, on its reader's clock.
 *
 * P1 at once; P2 at 07:30 of a workday; P3 on Monday at 08:00.  A moment that was missed is
 * made up for as soon as somebody looks: due_last says since when.
 */
#ifndef DUE_H
#define DUE_H

#include <stddef.h>
#include <stdint.h>

enum { WEEKDAYS = 0x1f, PLANS = 3 }; /* a bit for each day: Monday is the lowest */

struct plan {
	const char *priority;
	const char *form; /* "alert" goes alone, "digest" and "weekly" with others */
	int seconds; /* into the day; below 0: at once */
	unsigned days; /* 0: the reader's workdays */
};

extern const struct plan due_plans[PLANS]; /* the most urgent first */

struct clock {
	const char *zone;
	unsigned workdays;
};

int64_t due_first(const struct plan *, struct clock, int64_t from); /* not before it */
int64_t due_last(const struct plan *, struct clock, int64_t until); /* not after it */

#endif
