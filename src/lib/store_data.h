/*
 * store_data - how records get into the store, and out again.
 *
 * They are staged under the name of a run, a kind at a time; all that a run has staged is then
 * applied in one transaction, from store_begin to store_end.  Nothing is staged before
 * store_stage_end: to end the program before either end is to have done nothing.  Staged anew,
 * a kind replaces what was staged of it; a key that comes twice is refused (65).  A record that
 * is in the store already, byte for byte, is no change.
 *
 * Applying keeps what it replaces of deals and alerts.  Of deals it tells the changes, field
 * by field, and adds recorded_at where a decided deal has none: the day it was first seen
 * decided, or, when its source was never loaded before, the day it closed.
 */
#ifndef STORE_DATA_H
#define STORE_DATA_H

#include "store.h"

enum { STORE_KEYS = 4 };
struct kind {
	const char *name, *table;
	const char *keys[STORE_KEYS]; /* fields of the record, columns of the table */
	const char *day; /* what --from and --to go by */
	const char *history; /* the table of what it was before, or NULL */
	const char *columns[2]; /* that take a row's note and more, or NULL */
	bool frozen; /* what is there stays as it is */
	bool dated; /* has a version a day, and the latest stands */
	bool derived; /* comes of others, is never put */
};

const struct kind *store_kinds(void); /* the last one has no name */
const struct kind *store_kind(const char *name); /* NULL if there is none */

/* keys: those of its kind, "" for the rest.  note and more may be at NULL: of a deal the closing
 * date to be recorded by, and its source; of an alert, date, segment; of a delivery, next_at. */
struct store_row {
	struct span keys[STORE_KEYS], note, more, doc;
};

struct staging;
struct staging *store_stage(
    struct store *, const struct kind *, const char *run, bool whole); /* the rest goes */
void store_stage_add(struct staging *, const struct store_row *);
size_t store_stage_end(struct staging *);

void store_begin(struct store *);
bool store_staged(struct store *, const char *run, const struct kind *, size_t *count);
size_t store_apply(struct store *, const char *run, const char *zone); /* how many changed */
void store_end(struct store *);

/* Days as text, or NULL.  as_of: what was known by the end of that day (UTC); from, to: by the
 * day that the kind goes by; of an alert the last version then. */
struct store_when {
	const char *as_of, *from, *to;
};
typedef void store_take(void *context, struct span doc);
void store_get(
    struct store *, const struct kind *, const struct store_when *, store_take *, void *);

#endif
