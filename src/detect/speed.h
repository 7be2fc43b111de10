/*
 * speed - how fast deals are decided, of the company and of parts of one condition (no reps).
 *
 * Every Monday, of the deals created in the last 28, 42, 56, 70, 84 or 112 days, how many
 * were decided is compared with how many should have been, by the part's own usual pace and
 * that of the rest of the company now: see pace.h.  Weeks of a slowdown are not usual ones,
 * until it has lasted for a year and lasts still.
 *
 * z is above 0 where fewer were decided than expected.  Only the company and parts of one
 * condition have one; others, and days before the 180th, have 0.  Days count from `first`.
 */
#ifndef SPEED_H
#define SPEED_H

#include "event.h"
#include "tuning.h"

enum { SPEED_WINDOWS = 6, SPEED_LATELY = 112 }; /* days */

struct speed_rules {
	struct tuning tuning;
};

/* At an age of so many weeks: days on which deals were open, and how many were decided. */
struct pace {
	double decided, at_risk;
};

struct speed {
	double z, expected, decided; /* of the most surprising window */
	double high, low; /* z of all windows */
	int32_t window; /* days; 0: there were too few deals */
};

struct speeds {
	const struct segments *segments;
	const struct speed_rules *rules;
	const bool *skip; /* by deal: closed in bulk */
	size_t parts, weeks;
	uint32_t *segment, *place; /* of a part; of a segment, or SEGMENT_NONE */
	int32_t *monday; /* by week */
	struct pace *paces; /* [week][part][window][age] */
	struct speed *speed; /* [week][part] */
	bool *unusual; /* [part][week] */
	struct events events;
};

void speed_rules(struct speed_rules *, const struct conf *);
void speeds_make(struct speeds *, const struct segments *, const struct speed_rules *,
    const bool *skip, int32_t first, int32_t days);

size_t speeds_known(const struct speeds *, int32_t today); /* weeks, by that day */

/* The highest and the lowest z of the 112 days up to a day; 0 if there was none. */
double speeds_slow(const struct speeds *, uint32_t segment, int32_t today);
double speeds_fast(const struct speeds *, uint32_t segment, int32_t today);
size_t speeds_write(const struct speeds *, int32_t today, bool opened_only, struct rec_out *);
void speeds_release(struct speeds *);

#endif
