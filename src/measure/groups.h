/*
 * groups - the segments deals are measured by: the company, each value of a dimension, each
 * combination of two or three.
 *
 * A deal without a value for a dimension is in no segment of it, one created after the day in
 * none at all.  Segments come in the order of the groupings, then of their values.
 */
#ifndef GROUPS_H
#define GROUPS_H

#include <jansson.h>
#include "deals.h"

enum { GROUP_DIMS = 3, GROUPINGS_MAX = 64 };

struct grouping {
	size_t dims[GROUP_DIMS], count; /* dims: places among those of the deals, by name */
};

struct groups {
	const char *dimension[GROUPINGS_MAX * GROUP_DIMS]; /* each once */
	size_t dimensions;
	struct grouping grouping[GROUPINGS_MAX];
	size_t count;
};

struct group {
	const struct deals *deals;
	const uint32_t *rows; /* places of deals, in their order */
	size_t count;
	const json_t *segment;
	const char *text; /* the same as JSON */
};

typedef void group_take(void *context, const struct group *);

void groups_by(
    struct groups *, const char *fields); /* "all", or up to three: "region,industry" */
void groups_each(
    const struct groups *, const struct deals *, int32_t as_of, group_take *, void *context);
void groups_release(struct groups *);

#endif
