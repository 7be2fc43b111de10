/*
 * contest - of the records that share a key, the newest wins.
 *
 * A record takes the place of the one before it unless both have a stamp and its own is the
 * older: of equal or missing stamps, the later arrival wins.  Once all have entered,
 * contest_next gives each of them back, as it came and in order of arrival, and says whether
 * it won; NULL is the end.
 *
 * Records wait in $TMPDIR; memory takes a bit for each, 40 bytes or so for one key in 128,
 * and a few buffers.
 */
#ifndef CONTEST_H
#define CONTEST_H

#include "rec.h"

#define CONTEST_NO_STAMP INT64_MIN

struct contest;

struct contest *contest_new(void);
void contest_enter(struct contest *, const struct rec *, struct span key, int64_t stamp);
const struct rec *contest_next(struct contest *, bool *won);
void contest_free(struct contest *);

#endif
