/*
 * store_whole - a load of deals that is all there is of its source: what did not come goes.
 *
 * A source that is suddenly empty, or half of what it was, is likelier to have been read badly
 * than to have lost its deals.  So a load that lacks more than a share of the living deals of a
 * source, which had at least ten, ends the program (65); what the CRM itself told to be deleted
 * is none of them.
 */
#ifndef STORE_WHOLE_H
#define STORE_WHOLE_H

#include "store_sql.h"

struct whole;

struct whole *whole_new(struct store *, double most_deleted); /* a share, 0 to 1 */
void whole_came(struct whole *, struct span deal_id, struct span name, bool known);
void whole_named(struct whole *, struct span name); /* though nothing came of it */
void whole_end(struct whole *); /* those that are missing go when all is loaded; frees it */

#endif
