/*
 * cube - sums by day and segment.
 *
 * A grouping is a set of dimensions, a segment a choice of values for them, {} the whole.
 * cube_add counts a deal in its segment of each grouping, unless it has no value for one of
 * the dimensions; cube_put adds sums to one segment.  cube_each tells the segments of every
 * day that have any, in order of day and of the segments' text, and uses the cube up.
 * Sums that do not fit, or more values than a dimension may have, end the program (65).  Of
 * dimensions and groupings too many get the number that is none, CUBE_DIMS and CUBE_GROUPS.
 *
 * Memory is that of days times segments: 60 to 90 bytes for each pair that occurs.
 */
#ifndef CUBE_H
#define CUBE_H

#include "span.h"
#include "sums.h"

enum { CUBE_DIMS = 16, CUBE_GROUPS = 256, GROUP_DIMS = 3, CUBE_VALUES = 1 << 16 };

struct fact {
	int32_t day;
	enum measure outcome; /* won, lost or open */
	int64_t amount;
	int32_t cycle; /* days; or NO_CYCLE */
};

enum { NO_CYCLE = INT32_MIN };

/* A segment is told as JSON, its conditions in alphabetical order. */
typedef void cube_teller(void *to, int32_t day, const char *segment, const struct sums *);

struct cube *cube_new(void);
size_t cube_dim(struct cube *, const char *name); /* its number, the same for the same */
size_t cube_dims(const struct cube *);
const char *cube_name(const struct cube *, size_t dim);
size_t cube_group(struct cube *, const size_t *dims, size_t count); /* likewise */
void cube_add(struct cube *, const struct fact *, const struct span *words); /* by dimension */
uint32_t cube_segment(struct cube *, size_t grouping, const struct span *words);
void cube_put(struct cube *, int32_t day, uint32_t segment, const struct sums *);
void cube_each(struct cube *, cube_teller *, void *to);
void cube_free(struct cube *);

#endif
