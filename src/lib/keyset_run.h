/*
 * keyset_run - the keys that found no room, for keyset alone.
 *
 * Each run is a sorted piece of one file in $TMPDIR.  In memory stay a filter, 10 bits a key,
 * which says of 99 in 100 strangers that they are not there, and the first key of each page,
 * so that the others cost one pread(2).
 */
#ifndef KEYSET_RUN_H
#define KEYSET_RUN_H

#include "fingerprint.h"

struct runs;

struct runs *runs_new(void);
void runs_add(struct runs *, const struct fingerprint *sorted, size_t count);
bool runs_have(const struct runs *, struct fingerprint);
void runs_expect(const struct runs *, struct fingerprint);
void runs_free(struct runs *);

#endif
