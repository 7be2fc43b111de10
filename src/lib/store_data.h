/*
 * store_data - how records get into the store, and out again.
 *
 * What a run brings is loaded in one transaction, from store_begin to store_end; to end the
 * program in between is to have done nothing.  A record that is in the store already, byte
 * for byte, is no change, so to do any of it again is safe.  Loading is fastest in order of
 * the keys.
 *
 * What is replaced of deals and alerts is kept.  Of deals the changes are told, field by
 * field, and a decided deal without recorded_at gets one: the day it was first seen decided,
 * or, when its source was never loaded before, the day it closed.
 */
#ifndef STORE_DATA_H
#define STORE_DATA_H

#include "store.h"

enum { STORE_KEYS = 4 };
struct kind {
	const char *name, *view; /* the table is named as the kind is */
	const char *keys[STORE_KEYS]; /* fields of the record, and columns */
	const char *day; /* what --from and --to go by */
	const char *history; /* the view of what it was before, or NULL */
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

struct load;
void store_begin(struct store *);
struct load *store_load(struct store *, const struct kind *, const char *run, const char *zone);
void store_load_whole(struct load *); /* metrics: others of their clock and bucket go */
void store_load_row(struct load *, const struct store_row *);
size_t store_load_end(struct load *); /* how many records changed */
bool store_committed(struct store *, const char *run); /* ever? */
void store_end(struct store *, const char *run, size_t changes);
void store_done(struct store *); /* the end of what was no run */

/* Days as text, or NULL.  as_of: what was known by the end of that day (UTC); from, to: by the
 * day that the kind goes by; of an alert the last version then; of a delivery also those before
 * that store_stands needs. */
struct store_when {
	const char *as_of, *from, *to;
};
typedef void store_take(void *context, struct span doc);
void store_get(
    struct store *, const struct kind *, const struct store_when *, store_take *, void *);

#endif
