/*
 * store_owner - whose a deal is, where several sources are kept in one store.
 *
 * An id is of one source: where another that was named brings it too, one of them would overwrite
 * the other's deals night by night, and a full load of it delete them.  So that ends the program
 * (65), but for a source that has brought nothing for 35 days.  What was put without a name, like
 * files that are called otherwise each night, is nobody's.
 */
#ifndef STORE_OWNER_H
#define STORE_OWNER_H

#include "store_sql.h"

struct owners;

struct owners *owners_new(struct store *, const char *name); /* who brings the deals now */

/* The end if somebody else has brought it, by the number of its origin. */
void owners_check(const struct owners *, struct span deal_id, struct span origin);
void owners_free(struct owners *);

/* What that one has brought is now of this name; the end (66) if it has nothing. */
void owners_take_over(struct store *, const char *from, const char *name);

#endif
