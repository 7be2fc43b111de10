/*
 * store_apply - what the parts of a commit tell each other, for the store alone.
 */
#ifndef STORE_APPLY_H
#define STORE_APPLY_H

#include "store_data.h"
#include "store_sql.h"

struct commit {
	struct store *store;
	struct span run;
	struct span seen; /* the instant of this commit */
	struct span today; /* its business date, in quotes */
};

/* Both apply what is staged of their kind, and say how many records of it changed. */
size_t apply_deals(const struct commit *);
size_t apply_alerts(const struct commit *, const struct kind *);

size_t apply_plain(const struct commit *, const struct kind *, const char *only);

#endif
