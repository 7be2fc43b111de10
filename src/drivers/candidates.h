/*
 * candidates - the segments that locate() tries, and which kinds of deal are in which.
 *
 * A family is the whole, a dimension, or a pair of them; its cells are the segments that have
 * its conditions.  Those that are large enough get an index, by family and then by value.
 */
#ifndef CANDIDATES_H
#define CANDIDATES_H

#include "locate.h"

#define NO_INDEX UINT32_MAX

struct candidates {
	const struct model *model;
	size_t families, count,
	    tried; /* tried: with those left out because there are too many */
	struct family *family;
	struct shift *at;
};

void candidates_make(struct candidates *, const struct model *);

/* That of the family which has that kind of deal, or NO_INDEX. */
uint32_t candidates_index(const struct candidates *, size_t family, size_t kind);
void candidates_release(struct candidates *);

#endif
