/*
 * order - the records of a stage, in order of their keys.
 *
 * Up to 64 MiB are sorted where they are; more in parts, which go to unnamed files in $TMPDIR
 * and are merged.  A key that comes twice ends the program (65).
 */
#ifndef ORDER_H
#define ORDER_H

#include "rec_out.h"
#include "row.h"

struct order;

struct order *order_new(const struct kind *, const char *name);
void order_add(struct order *, const struct store_row *, const struct rec *);
size_t order_write(struct order *, struct rec_out *); /* how many; frees it */

#endif
