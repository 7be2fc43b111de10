/*
 * store_data - how records get into the store, and out again.
 *
 * What a run brings is loaded in one transaction, from store_begin to store_end; to end in
 * between is to have done nothing.  What is there already, byte for byte, is no change, so to do
 * it again is safe.  It is fastest in order of the keys.  What deals and alerts were is kept.
 *
 * Deals come from the source that is named (take_over: store_owner.h), else each from its own.  Their
 * changes are told by field, but for those that a CRM told, which are loaded before; a decided one
 * without recorded_at gets the day it was first seen decided, or closed, if its source is new.
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
	const char *blank, *order; /* the key that may be; that of a log, which only grows */
	bool frozen, dated; /* what is there stays; it has a version a day, the latest stands */
};

const struct kind *store_kinds(void); /* the last one has no name */
const struct kind *store_kind(const char *name); /* NULL if there is none */

/* keys: those of its kind, "" for the rest.  All else may be at NULL; note and more are of a deal
 * its closing date and its source, where line and byte are; of an alert, date and segment; of a delivery next_at. */
struct store_row {
	struct span keys[STORE_KEYS], note, more, line, byte, doc;
};

struct load;
void store_begin(struct store *);
struct load *store_load(struct store *, const struct kind *, const char *run, const char *zone);
void store_load_from(struct load *, const char *name, const char *take_over);
void store_load_past(struct load *); /* a deal never seen was recorded when it closed */
void store_load_whole(struct load *, double most_deleted); /* store_whole.h; or of metrics */
void store_load_row(struct load *, const struct store_row *);
size_t store_load_end(struct load *); /* how many records changed */
size_t store_take_out(struct store *, const char *run); /* deleted deals; after all loads */
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
