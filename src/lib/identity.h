/*
 * identity - a short name for something that several texts make what it is.
 *
 * Sixteen hex digits of XXH3 over the parts and their lengths: the same on every machine and
 * in every version, and ("ab", "c") is not ("a", "bc").  Among a million identities the odds
 * that two are alike are 1 in 40 million; who can choose the parts can make two alike, so it
 * keeps nobody out.
 */
#ifndef IDENTITY_H
#define IDENTITY_H

#include "aliases.h"

enum { IDENTITY_LEN = 16 };

struct identity;

struct identity *identity_new(void);
void identity_add(struct identity *, const char *part);
char *identity_end(struct identity *); /* the digits, free() them; the identity is gone */

/* Of a finding, an alert or an incident: its type, segment, direction, day of opening, metric; the
   segment by its oldest names, so that it outlives a rename. */
char *identity_of_alert(const json_t *record, const struct aliases *); /* free() it */

#endif
