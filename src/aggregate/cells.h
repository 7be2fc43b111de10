/*
 * cells - the sums of one day, by the number of the segment.
 *
 * A table at most seven eighths full: a day costs 60 to 90 bytes for each segment it has.
 * A number is its own hash, so where most segments occur the table is nothing but an array,
 * and where few do it is still small.  Whose a place is stands apart from what is in it, so
 * that finding the place need not wait for the sums.
 */
#ifndef CELLS_H
#define CELLS_H

#include <stddef.h>
#include <stdint.h>
#include "sums.h"

struct cells {
	size_t size, count;
	uint32_t *owners; /* the segment that has the place, from 1; 0 if none has */
	struct sums *sums;
};

void cells_grow(struct cells *); /* cells_at does it in time */
void cells_release(struct cells *);

/* The segment's sums, at first all 0. */
static inline struct sums *
cells_at(struct cells *cells, uint32_t segment)
{
	if (cells->count >= cells->size / 8 * 7)
		cells_grow(cells);

	size_t i = segment < cells->size ? segment : segment % cells->size;
	while (cells->owners[i] != segment + 1 && cells->owners[i] != 0)
		i = i + 1 < cells->size ? i + 1 : 0;
	if (cells->owners[i] == 0) {
		cells->owners[i] = segment + 1;
		cells->count++;
	}
	return &cells->sums[i];
}

#endif
