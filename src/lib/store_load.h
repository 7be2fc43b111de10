/*
 * store_load - what the parts of a load tell each other, for the store alone.
 */
#ifndef STORE_LOAD_H
#define STORE_LOAD_H

#include "store_data.h"
#include "store_sql.h"

struct load {
	struct store *store;
	const struct kind *kind;
	char *run, *seen; /* who brings it, and the instant */
	char *today; /* its business date, in quotes */
	bool past;
	size_t changes;
	struct query *put; /* of its kind, if that does not bring its own */
	void (*row)(struct load *, const struct store_row *);
	void (*end)(struct load *);
	void *own; /* what a kind needs besides */
};

/* Each takes its kind's rows from here on. */
void load_deals(struct load *);
void load_changes(struct load *);
void load_alerts(struct load *);

void deals_from(struct load *, const char *name, const char *take_over);
void deals_whole(struct load *, double most_deleted);

void load_put(struct load *, const struct store_row *, struct span seen); /* insert or update */

#endif
