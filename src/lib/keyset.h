/*
 * keyset - which keys have been seen.
 *
 * Keys are kept as 128-bit fingerprints, seeded anew in each run, in a table at most 70 %
 * full: 23 to 46 bytes a key however long it is.  That two keys among a billion share a
 * fingerprint has odds below 1 in 10^20, and nobody outside can arrange for it.
 *
 * A large table is slow because each question waits for memory.  keyset_expect says which
 * key will be asked for soon, so that the waiting is over by then.
 */
#ifndef KEYSET_H
#define KEYSET_H

#include "span.h"

struct keyset *keyset_new(void);
bool keyset_add(struct keyset *, struct span key); /* true if it was not there */
bool keyset_has(const struct keyset *, struct span key);
void keyset_expect(const struct keyset *, struct span key);
size_t keyset_count(const struct keyset *);
void keyset_free(struct keyset *);

#endif
