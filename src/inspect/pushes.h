/*
 * pushes - what it tells of a deal that its close was pushed so many times: a factor of odds.
 *
 * Learned from deals as they stood every 28 days of their lives, beside all else that is
 * expected of a deal of that segment and age.  log factor k, k = 0 .. 4 or more, is the MAP
 * of a normal around k log(per_push); then no factor is above that of fewer pushes.
 */
#ifndef PUSHES_H
#define PUSHES_H

#include "changes.h"
#include "rules.h"

enum { PUSHES = 5 };

struct pushes {
	double log_factor[PUSHES];
	size_t seen; /* deals that were learned from */
	bool known; /* there are changes to count pushes in */
};

/* What is expected of a deal that stood so on a day, without its pushes: a logit. */
typedef double pushes_expected(
    const void *context, const struct deal *, const struct standing *, int32_t day);

void pushes_fit(struct pushes *, const struct deals *, const struct changes *,
    const struct risk_rules *, pushes_expected *, const void *context);

static inline double
pushes_log_factor(const struct pushes *pushes, size_t count)
{
	return pushes->log_factor[count < PUSHES ? count : PUSHES - 1];
}

#endif
