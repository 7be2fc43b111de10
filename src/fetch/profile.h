/*
 * profile - what the cells of a column look like, as far as a sample shows.
 *
 * profile_dates gives the format of nearly all the cells, NULL if they are no dates; with
 * `rival` a second format that nothing in the sample rules out.  profile_marks tells how
 * numbers are written: false if the cells are none.
 */
#ifndef PROFILE_H
#define PROFILE_H

#include <jansson.h>
#include <stdint.h>
#include "span.h"

enum { PROFILE_VALUES = 50, PROFILE_FORMATS = 23, PROFILE_MARKS = 6 };

struct profile {
	struct span name;
	size_t rows, filled;
	json_t *values; /* how often each is there; NULL once there are more than that */
	size_t fits[PROFILE_FORMATS]; /* cells a format reads */
	size_t alone[PROFILE_FORMATS]; /* and its rival, day and month swapped, does not */
	size_t marked[PROFILE_MARKS];
	size_t thousandths; /* numbers with just three decimals: or are they thousands? */
	char *example; /* a cell, if short; or NULL */
};

void profile_add(struct profile *, struct span cell);
const char *profile_dates(const struct profile *, const char **rival);
bool profile_marks(const struct profile *, char *decimal, char *thousands);
void profile_release(struct profile *);

#endif
