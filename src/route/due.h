/*
 * due - when an alert of a priority should be read, on its reader's clock.
 *
 * P1 at once; P2 at 07:30 of the next workday, Monday to Friday; P3 on Monday at 08:00: the
 * first such moment that is not past.
 */
#ifndef DUE_H
#define DUE_H

#include <stdint.h>

struct plan {
	const char *priority;
	const char *form; /* "alert" goes alone, "digest" and "weekly" with others */
	int64_t (*due)(int64_t now, const char *zone);
};

enum { PLANS = 3 };

extern const struct plan due_plans[PLANS]; /* the most urgent first */

#endif
