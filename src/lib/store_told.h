/*
 * store_told - what becomes of deals in one transaction, for the parts of the load: changes that
 * the CRM told itself, so that they are not told once more, and deals that go.
 *
 * Values are JSON; numbers of one value are equal however they are written, and no value, null
 * and an empty text are one.
 */
#ifndef STORE_TOLD_H
#define STORE_TOLD_H

#include "store_sql.h"

struct told;

void told_add(struct store *, struct span deal_id, struct span field, struct span value);
bool told_has(const struct store *, struct span deal_id, struct span field, struct span value);

/* The deal goes when all is loaded, if it is there; told: when the CRM says it was deleted, or
 * at NULL: nobody told, it was missing from a full load, and the store has to tell. */
void told_gone(struct store *, struct span deal_id, struct span told);
/* Only those of them whose change is of this run and instant: others went before. */
void told_gone_anew(struct store *, struct span run, struct span seen);

/* Of a full load of that name, what is not in came_deal goes: how many; told: of which the CRM
 * tells as well. */
size_t told_missing(struct store *, struct span name, size_t *told);

struct query *told_query(struct store *); /* that change_tell adds to; sql_free it */

/* A change that is found by comparison: of the deal whose doc that is; old, new at NULL: none. */
struct found {
	struct span deal_id, doc, field, old, new, seen, run;
};
void told_found(struct store *, struct query *, const struct found *);

#endif
