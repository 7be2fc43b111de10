/*
 * pool - the alerts and faults that came.
 *
 * The records themselves are in a file that nobody else sees, since ten thousand of them are
 * more than a filter may hold: pool_text gives back the bytes of one.
 *
 * Of two versions of one alert the later counts.  After pool_read they are in the order in
 * which they should be read: by priority, the most at stake first, then by id, whatever the
 * order they came in.
 */
#ifndef POOL_H
#define POOL_H

#include <stdio.h>
#include "alert.h"

struct pool {
	struct alert *alerts;
	struct fault *faults;
	size_t count, fault_count, read; /* read: lines, older versions among them */
	FILE *file;
};

struct pool *pool_read(int fd, const char *name, const char *zone); /* of the business */
char *pool_text(const struct pool *, struct place); /* to free() */
void pool_free(struct pool *);

#endif
