/*
 * cube_inside - how a cube is made, for cube.c, which counts, and telling.c, which tells.
 *
 * Two things make it fast.  Facts wait in a batch and are counted a day at a time, so that
 * a day's cells stay in cache.  And few groupings are counted, those of a cover (cover.h);
 * the others are summed from them at the end.  That is exact, for what has no value for a
 * dimension is counted there too, as the empty word, and only never told.
 *
 * As values turn up the cover may change.  Its parts then get new numbers, and what was
 * counted under the old ones answers the same groupings as before.
 */
#ifndef CUBE_INSIDE_H
#define CUBE_INSIDE_H

#include "cells.h"
#include "cover.h"
#include "cube.h"
#include "dictionary.h"
#include "segments.h"
#include "tally.h"

enum { BATCH = 1 << 17, FIRST_DAY = -719162, LAST_DAY = 2932896 };

struct day {
	int32_t day;
	uint32_t deals;
	int64_t weight; /* of all amounts, without their signs: bounds every sum of the day */
	struct cells cells;
};

struct cube {
	size_t dims, groupings, waiting, day_count, day_room;
	char *names[CUBE_DIMS];
	struct dictionary *words[CUBE_DIMS];
	uint64_t grouping[CUBE_GROUPS]; /* sets of dimensions */
	struct cover *covers; /* all there ever were; those in use come last */
	size_t cover_count, first_cover;
	struct segments segments; /* of the covers */
	struct tally tally; /* of a day's part of the batch */
	struct day *days; /* in order of first sight */
	uint32_t *day_numbers; /* by calendar; from 1 */
	struct fact *batch;
	uint16_t *codes; /* fact by fact, by dimension */
	uint32_t *order;
};

void cube_count(struct cube *); /* the batch */

#endif
