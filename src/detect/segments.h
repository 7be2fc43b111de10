/*
 * segments - every part of the company that is watched: all of it, one condition, or two
 * (of which none is the rep), and which deal is in which.
 *
 * Segments of so few decided deals that no window could ever hold enough are left out.
 * Segments are near when one has just one condition more than the other; a rep is near
 * nobody.  A family is what shares one noise: the company, a dimension, a pair of them.
 */
#ifndef SEGMENTS_H
#define SEGMENTS_H

#include <jansson.h>
#include "deals.h"

enum level { LEVEL_COMPANY, LEVEL_CONDITION, LEVEL_PAIR, LEVEL_REP, LEVELS };
enum { COMPANY = 0 }; /* the first segment, the first family */
#define SEGMENT_NONE UINT32_MAX

struct condition {
	uint32_t dimension, value;
};

struct segment {
	enum level level;
	uint32_t family, conditions;
	struct condition condition[2]; /* by dimension */
	uint32_t near_count, *near;
};

struct segments {
	const struct deals *deals;
	size_t count, families, per_deal;
	struct segment *at;
	enum level *family_level;
	uint32_t (*family_parts)[2]; /* of a pair: the families of its dimensions */
	uint32_t *of_deal; /* per_deal each, ended by SEGMENT_NONE where fewer */
};

void segments_make(struct segments *, const struct deals *);
void segments_release(struct segments *);

bool segments_has(const struct segments *, uint32_t segment, size_t deal);
bool segments_nested(const struct segments *, uint32_t a, uint32_t b); /* either way */
uint32_t segments_find(const struct segments *, const json_t *conditions); /* or NONE */
json_t *segments_json(const struct segments *, uint32_t segment);
char *segments_text(const struct segments *, uint32_t segment); /* canonical; free() it */

static inline const uint32_t *
segments_of(const struct segments *segments, size_t deal)
{
	return segments->of_deal + deal * segments->per_deal;
}

#endif
