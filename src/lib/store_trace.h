/*
 * store_trace - what the store knows of one deal: its versions and where each came from, in the
 * order in which they were seen, and what changed.
 */
#ifndef STORE_TRACE_H
#define STORE_TRACE_H

#include "store_data.h"

/* Those that are not known are at NULL: until, it stands; the others, it is from before the store
 * kept them, or the source did not say. */
struct version {
	struct span seen, until, from, source, line, offset, run, doc;
};
typedef void version_take(void *context, const struct version *);

/* All as of one moment; how many there were of both. */
size_t store_trace(struct store *, struct span deal_id, version_take *, store_take *, void *);

#endif
