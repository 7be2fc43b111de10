/*
 * targets - what a segment is to win: rows of from, to, amount, and the fields of the segment.
 *
 * A row without such a field is the company's.  A target belongs to the segment that has the
 * same conditions, no more and no less; the dimensions are those there may be.
 */
#ifndef TARGETS_H
#define TARGETS_H

#include <stdint.h>
#include "groups.h"

struct target {
	int32_t from, to; /* days, both in it */
	int64_t amount; /* money */
	json_t *segment;
	bool met; /* a segment that is measured has it */
};

struct targets {
	struct target *at;
	size_t count;
};

void targets_read(
    struct targets *, const char *path, const char *const *dimension, size_t dimensions);
void targets_release(struct targets *);

#endif
