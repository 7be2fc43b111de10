/*
 * risk - the chance that an open deal will be won, as factors of odds that multiply to it.
 *
 *	chance / (1 - chance) = company x segment x age x pushes
 *
 * company and segment: what such deals win (rates.h); age: what those do that are still open
 * at that age in their stage, or at that age where their stage has no history (life.h);
 * pushes: what those do whose close was pushed as often (pushes.h).  Each is above 0.
 */
#ifndef RISK_H
#define RISK_H

#include "changes.h"
#include "life.h"
#include "pushes.h"
#include "rates.h"
#include "rules.h"

struct rec_out;

struct risk {
	const struct deals *deals;
	const struct changes *changes;
	struct risk_rules rules;
	struct rates rates;
	struct life open, staged; /* by age, and by age in stage */
	double usual_open, usual_staged; /* odds that those of an age are compared with */
	bool has_stages;
	struct pushes pushes;
};

struct parts {
	double company, segment, age, pushes; /* as they are printed */
	double chance;
	struct standing standing;
	int32_t days; /* in the stage or, if staged is false, of age; DAY_NONE: unknown */
	bool staged;
};

void risk_fit(struct risk *, const struct deals *, const struct changes *, struct risk_rules);
struct parts risk_of(const struct risk *, const struct deal *);
const char *risk_level(const struct risk *, double chance); /* "low", "medium", "high" */
void risk_write(struct rec_out *, const struct risk *, const struct deal *);
void risk_release(struct risk *);

#endif
