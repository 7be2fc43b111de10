/*
 * deals - the table of deals as they are known on a day, in the order they were recorded
 * (those of one day by their ids).
 *
 * A deal decided after that day is still open, one created after it does not exist; those
 * recorded years before all others are left out.  Codes number a dimension's values in the
 * order of their bytes.
 */
#ifndef DEALS_H
#define DEALS_H

#include <stdint.h>
#include "names.h"

enum { DEAL_OPEN = INT32_MAX }; /* recorded: not yet */
#define CODE_NONE NAMES_NONE /* the deal has no value in that dimension */

struct deal {
	int32_t created, closed, recorded; /* days */
	int64_t amount; /* money */
	size_t id; /* where its text begins in ids */
	uint32_t row; /* of its codes */
	bool won;
};

struct dimension {
	const char *name;
	struct names *values;
};

struct deals {
	size_t count, decided; /* the decided ones come first */
	struct deal *at;
	size_t dimensions, rep; /* rep: its dimension, or `dimensions` if there is none */
	struct dimension *dimension;
	uint32_t *codes;
	char *ids;
	int32_t first, last; /* days a deal was recorded on */
};

/* Reads the file; `through` is the day, or INT32_MAX for the last one with a recorded deal. */
void deals_read(struct deals *, const char *path, const struct names *dimensions,
    const char *rep, int32_t through);
void deals_release(struct deals *);

/* The first deal recorded on that day or later. */
size_t deals_from(const struct deals *, int32_t day);

static inline uint32_t
deals_code(const struct deals *deals, size_t deal, size_t dimension)
{
	return deals->codes[deals->at[deal].row * deals->dimensions + dimension];
}

#endif
