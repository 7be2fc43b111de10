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

enum { BATCH = 1 << 17, CODE_BITS = 16, FIRST_DAY = -719162, LAST_DAY = 2932896 };

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
	uint32_t grouping[CUBE_GROUPS]; /* sets of dimensions */
	uint32_t sizes[CUBE_DIMS]; /* of the dictionaries, when the cover was found */
	struct cover *covers; /* all there ever were; those in use come last */
	size_t cover_count, first_cover;
	struct segments segments; /* of the covers */
	struct day *days; /* in order of first sight */
	uint32_t *day_numbers; /* by calendar; from 1 */
	struct fact *batch;
	uint16_t *codes; /* fact by fact, by dimension */
	uint32_t *order;
};

void cube_count(struct cube *); /* the batch */

/* How many bits of a key a code has: those of a joined set are small (JOIN_MAX). */
static inline int
bits_of(uint32_t dims)
{
	dims &= dims - 1;
	dims &= dims - 1;
	dims &= dims - 1;
	return dims == 0 ? CODE_BITS : 48 / JOIN_DIMS;
}

/* A segment's key: which set of dimensions, from 1, and its code for each of them. */
static inline uint64_t
key_of(size_t set, uint32_t dims, const uint16_t *codes)
{
	int bits = bits_of(dims);
	uint64_t key = set + 1;
	int left = 48;

	for (; dims != 0; dims &= dims - 1, left -= bits)
		key = key << bits | codes[__builtin_ctz(dims)];
	return key << left;
}

static inline size_t
set_of(uint64_t key)
{
	return (key >> 48) - 1;
}

static inline void
read_key(uint64_t key, uint32_t dims, uint16_t *codes)
{
	int bits = bits_of(dims);

	for (int left = 48 - bits; dims != 0; dims &= dims - 1, left -= bits)
		codes[__builtin_ctz(dims)] = (uint16_t)(key >> left & ((1u << bits) - 1));
}

#endif
