/*
 * survival - how old deals are when so many of them are decided, open ones counted too.
 *
 * Kaplan and Meier: of the deals of a part created on some days, as they were known on a day.
 * A deal still open counts as open up to its age, one closed in bulk up to its last day; so
 * the newest do not look quick for only their quick ones being decided yet.
 */
#ifndef SURVIVAL_H
#define SURVIVAL_H

#include "segments.h"

struct cohort {
	int32_t from, to; /* days created, of the calendar, both included */
	int32_t known; /* the day */
	const bool *skip; /* by deal: closed in bulk; or NULL */
};

/* The age by which that share is decided, or -1 if they have not come so far yet. */
int32_t survival_age(
    const struct segments *, uint32_t segment, const struct cohort *, double share);

#endif
