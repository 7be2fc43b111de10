/*
 * keyset - which keys have been seen.
 *
 * Keys are kept as fingerprints in a table at most 70 % full: 23 to 46 bytes a key however
 * long it is.  Beyond KEYSET_HELD keys, or fewer if keyset_hold says so, the table is written
 * to a file in $TMPDIR and begun anew; then each further key costs 1.3 bytes of memory and 16
 * of the file, and answers stay exact.
 *
 * A large table is slow because each question waits for memory.  keyset_expect says which
 * key will be asked for soon, so that the waiting is over by then.
 */
#ifndef KEYSET_H
#define KEYSET_H

#include "span.h"

enum { KEYSET_HELD = 5872025 }; /* keys: a table of 128 MiB */

struct keyset *keyset_new(void);
void keyset_hold(struct keyset *, size_t keys);
bool keyset_add(struct keyset *, struct span key); /* true if it was not there */
bool keyset_has(const struct keyset *, struct span key);
void keyset_expect(const struct keyset *, struct span key);
size_t keyset_count(const struct keyset *);
void keyset_free(struct keyset *);

#endif
