/*
 * tally - the sums of a few facts, by the number of the segment.
 *
 * There is a place for every number there is, so that finding it is no search, and a list of
 * those that have been counted, so that few are looked at when they are added elsewhere.
 */
#ifndef TALLY_H
#define TALLY_H

#include <stddef.h>
#include <stdint.h>
#include "cells.h"
#include "sums.h"

struct tally {
	size_t size, count;
	struct sums *sums; /* by number: all 0 but for those listed */
	uint32_t *listed; /* and room for one more */
};

void tally_grow(struct tally *, uint32_t number); /* tally_at does it in time */
void tally_move(struct tally *, struct cells *); /* adds all to the cells, and is empty */
void tally_release(struct tally *);

/* The segment's sums, to be added to.  Whether it is new is no branch, for that is a guess. */
static inline struct sums *
tally_at(struct tally *tally, uint32_t number)
{
	if (number >= tally->size)
		tally_grow(tally, number);

	struct sums *sums = &tally->sums[number];
	tally->listed[tally->count] = number;
	tally->count += (sums->count[WON] | sums->count[LOST] | sums->count[OPEN]) == 0;
	return sums;
}

#endif
