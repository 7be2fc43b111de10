/*
 * store_keep - what is done to a store as a whole.
 *
 * A dump is a stream of all that is committed: a record {"kind":"dump"} that names the version,
 * each row of each table as a record of kind `kept` with its columns and, in `doc`, what was
 * put; and {"kind":"dump_end"} with their number.  A doc that has no room there, or blanks
 * around it, follows as a line of its own.  store_restore takes one into a store that is
 * empty, and a dump of that one has the same bytes.
 *
 * store_prune removes what is told from before that day and nobody needs: never a deal, the
 * standing version of an alert, an open incident or fault, a delivery that waits or is of an
 * alert that still stands.  It gives the number of rows; prune_least, the days that are kept
 * at any rate, below 0 for what is never removed.
 *
 * store_erase puts another name in the place of a person's wherever it is kept, and leaves it
 * in no page of the store; what was rendered for, or about, them goes.  See person.h.
 */
#ifndef STORE_KEEP_H
#define STORE_KEEP_H

#include "store_data.h"

struct rec_in;
struct rec_out;
struct person;

/* Of these tables, or at 0 of all; of one that is not known: the end (64). */
size_t store_dump(struct store *, const char *const *tables, int count, struct rec_out *);
size_t store_restore(struct store *, struct rec_in *, const char *name);
void store_copy(struct store *, const char *path); /* of one in a file alone */

int prune_least(const char *kind);
size_t store_prune(struct store *, const char *kind, const char *before);

size_t store_erase(struct store *, const struct person *); /* the rows it stood in */

#endif
