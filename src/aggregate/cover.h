/*
 * cover - the few groupings that need counting so that all the others follow from them.
 *
 * A grouping is a set of dimensions, one bit each.  What is counted by {region, industry}
 * need not be counted by {region}: it is summed, once, when all is counted.  So a grouping
 * is left out if it is part of another one; and two are joined into one that has all their
 * dimensions, though nobody asked for it, as long as that has at most JOIN_MAX segments.
 */
#ifndef COVER_H
#define COVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { GROUPS_MAX = 256, JOIN_MAX = 1 << 10, JOIN_DIMS = 4 };

struct cover {
	uint64_t dims;
	uint64_t answers[GROUPS_MAX / 64]; /* a bit for each grouping to be summed from it */
};

/*
 * `sizes` says how many values a dimension has.  cover_find gives how many covers there are;
 * they may be used as long as cover_holds, while sizes grow.
 */
size_t cover_find(
    const uint64_t *asked, size_t count, const uint32_t *sizes, struct cover covers[]);
bool cover_holds(
    const struct cover *, const uint64_t *asked, size_t count, const uint32_t *sizes);

static inline bool
cover_answers(const struct cover *cover, size_t grouping)
{
	return cover->answers[grouping / 64] >> grouping % 64 & 1;
}

#endif
