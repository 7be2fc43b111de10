/*
 * key - the fields that make two records the same.
 *
 * A record that lacks one of them (absent, null or an empty text) ends the program (65).  A
 * key lives until the next one is asked for.
 */
#ifndef KEY_H
#define KEY_H

#include "rec.h"

enum { KEY_FIELDS = 16 }; /* at most */

struct key;

struct key *key_new(struct rec_in *, const char *const *fields, size_t count);
struct span key_of(struct key *, const struct rec *);
struct span key_ahead(struct key *); /* of a record soon to come, whole or not */
void key_free(struct key *);

#endif
