/*
 * trail - what is known of a field from earlier nights, and carried on in its quality record.
 *
 * Of the deals of earlier nights a tenth is forgotten each night on which some came, so that what
 * is usual follows slowly.  `missed` is how many deals should have had the field since the last
 * that did: GONE of them are missing by chance once in ten thousand times.
 */
#ifndef TRAIL_H
#define TRAIL_H

#include <jansson.h>
#include "profile.h"

enum kind { KIND_TEXT, KIND_NUMBER, KIND_TRUTH, KIND_LIST, KIND_OBJECT, KINDS };

/* Tonight's share of what is known tomorrow. */
static const double trail_kept = 0.9, trail_gone = 9.21;

struct trail {
	double deals[GROUPS], filled[GROUPS], kinds[KINDS], missed;
	int32_t first, last, gone, odd; /* days; NO_DAY: from the start, never, not, none */
};

struct trail trail_read(const json_t *record); /* NULL: nothing is known */
json_t *trail_state(const struct trail *);
double trail_expected(const struct trail *, const struct profile *); /* deals that have it */

enum kind kind_of(enum rec_type); /* KINDS: absent or null */
const char *kind_name(enum kind);
double kind_count(const struct column *, enum kind); /* NULL: 0 */

/* In steps: what came is added, of what was known a part is left. */
void trail_move(struct trail *, const struct column *, const struct profile *, bool kinds);

#endif
