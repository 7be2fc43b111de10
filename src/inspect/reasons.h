/*
 * reasons - why somebody should look at an open deal: one function and one row each.
 *
 * A reason holds from a day on; words say what it rests on.  Stalled is judged by the time in
 * the stage beside that of all deals that left it, censoring-aware (life.h), where enough did
 * and the deal's own is known; else by its age beside the cycles of won deals.
 */
#ifndef REASONS_H
#define REASONS_H

#include "risk.h"
#include "rules.h"

struct bounds { /* what is long, for stalled */
	double *stage; /* days, by stage; below 0: unknown */
	double cycle; /* days; below 0: unknown */
	size_t cycles; /* of so many won deals */
};

struct watcher {
	const struct risk *risk;
	const struct warnings_rules *rules;
	struct bounds bounds;
};

struct reason {
	int32_t since; /* the first day it held */
	char *words;
};

/* NULL words: it does not hold. */
typedef struct reason reason_of(
    const struct watcher *, const struct deal *, const struct standing *);

struct reason_kind {
	const char *name;
	reason_of *of;
};
extern const struct reason_kind reason_kinds[];
enum { REASONS = 6 };

void watcher_make(struct watcher *, const struct risk *, const struct warnings_rules *);
void watcher_release(struct watcher *);

#endif
