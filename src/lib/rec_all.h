/*
 * rec_all - a stream of records whose fields nobody can name beforehand.
 *
 * After rec_want_all, which comes after every rec_want, each field gets a slot when it is first
 * met, up to 256 of them; further ones have none.  A slot never changes, and of a record that
 * was read before there was one the field is REC_ABSENT.  The text of a field that nobody named
 * may still have its escapes.
 */
#ifndef REC_ALL_H
#define REC_ALL_H

#include "rec.h"

void rec_want_all(struct rec_in *);
size_t rec_all(const struct rec_in *); /* how many slots there are by now */
struct span rec_name(const struct rec_in *, size_t slot); /* lives as long as the stream */

#endif
