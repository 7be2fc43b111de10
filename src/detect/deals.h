/*
 * deals - the table of deals as they are known on a day, in the order they were recorded
 * (those of one day by their ids).
 *
 * A deal decided after that day is still open, one created after it does not exist; those
 * recorded long before all others are left out.  Codes number values by their bytes.
 */
#ifndef DEALS_H
#define DEALS_H

#include <jansson.h>
#include <stdint.h>
#include "names.h"

enum { DEAL_OPEN = INT32_MAX }; /* recorded: not yet */
#define CODE_NONE NAMES_NONE /* the deal has no value in that dimension */

struct deal {
	int32_t created, closed, recorded; /* days */
	int32_t earliest; /* created of this and all decided after it */
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
	size_t count, decided;
	struct deal *at; /* the decided ones come first */
	size_t dimensions, rep; /* rep: its dimension, or `dimensions` if there is none */
	struct dimension *dimension;
	uint32_t *codes;
	char *ids; /* an id, its url, perhaps empty */
	int32_t first, last; /* days a deal was recorded on */
};

void deals_read(struct deals *, const char *path, const struct names *dimensions,
    const char *rep, int32_t through, const char *home); /* INT32_MAX: all; its currency */
void deals_release(struct deals *);
json_t *deals_tell(const struct deals *, size_t deal); /* its id, with its url if it has one */
size_t deals_from(const struct deals *, int32_t day); /* the first recorded then or later */
/* From i on, of deals recorded later, the first that may have been open on that day. */
static inline size_t
deals_maybe_open(const struct deals *deals, size_t i, int32_t day)
{
	return i < deals->decided && deals->at[i].earliest > day ? deals->decided : i;
}

static inline uint32_t
deals_code(const struct deals *deals, size_t deal, size_t dimension)
{
	return deals->codes[deals->at[deal].row * deals->dimensions + dimension];
}

#endif
