/*
 * store_origins - where the deals of one load come from: the name that the load goes by, the
 * source as a record has it, the run.  A row for each that brings something, and a number that
 * the deals have in its place.
 */
#ifndef STORE_ORIGINS_H
#define STORE_ORIGINS_H

#include "store_sql.h"

struct store_origins;

struct store_origins *origins_new(struct store *, const char *run);

/* Its number, as text, until the next is asked for; all are asked for by one name, or each by
 * its own source. */
struct span origins_of(struct store_origins *, struct span name, struct span source);
void origins_free(struct store_origins *);

#endif
