/*
 * cube_inside - how a cube is made, for cube.c, which counts, and telling.c, which tells.
 *
 * Two things make it fast.  Facts wait in a batch and are counted a day at a time, so that
 * a day's cells stay in cache.  And a grouping contained in another is not counted at all
 * but summed from the other's cells at the end; that is exact, for what has no value is
 * counted there too, as the empty word, and only never told.
 */
#ifndef CUBE_INSIDE_H
#define CUBE_INSIDE_H

#include "cells.h"
#include "cube.h"
#include "dictionary.h"
#include "segments.h"

enum { BATCH = 1 << 16, CODE_BITS = 16, FIRST_DAY = -719162, LAST_DAY = 2932896 };

struct grouping {
	size_t count, dims[GROUP_DIMS]; /* in alphabetical order */
	struct grouping *finer; /* what it is summed from; NULL if it is counted */
};

struct day {
	int32_t day;
	int64_t weight; /* of all amounts, without their signs: bounds every sum of the day */
	uint32_t deals;
	struct cells cells;
};

struct cube {
	size_t dims, groupings, waiting, day_count, day_room;
	char *names[CUBE_DIMS];
	struct dictionary *words[CUBE_DIMS];
	struct grouping grouping[CUBE_GROUPS], *counted[CUBE_GROUPS];
	size_t counted_count;
	struct segments segments;
	struct day *days; /* in order of first sight */
	uint32_t *day_numbers; /* by calendar; from 1 */
	struct fact *batch;
	uint16_t *codes; /* fact by fact, by dimension */
	uint32_t *order, *starts;
};

void cube_count(struct cube *); /* the batch */

static inline uint64_t
key_of(const struct cube *cube, const struct grouping *grouping, const uint16_t *codes)
{
	uint64_t key = (uint64_t)(grouping - cube->grouping) + 1;

	for (size_t i = 0; i < grouping->count; i++)
		key = key << CODE_BITS | codes[grouping->dims[i]];
	return key << (GROUP_DIMS - grouping->count) * CODE_BITS;
}

static inline const struct grouping *
read_key(const struct cube *cube, uint64_t key, uint16_t *codes)
{
	const struct grouping *grouping = &cube->grouping[(key >> GROUP_DIMS * CODE_BITS) - 1];

	for (size_t i = 0; i < grouping->count; i++)
		codes[grouping->dims[i]] = (uint16_t)(key >> (GROUP_DIMS - 1 - i) * CODE_BITS);
	return grouping;
}

#endif
