/*
 * person - somebody by a name or an id, wherever it is written, and what is put in its place.
 *
 * Found as a word, in any case of a to z: not where a letter, a digit or a character of UTF-8 stands on
 * either side; as it is, as JSON, HTML, URLs and quoted-printable escape it, with the line
 * breaks of mail in it; and within base64, where it can be found but not replaced.  The name
 * in its place is the same each time, and says nothing of the other to who does not guess it.
 */
#ifndef PERSON_H
#define PERSON_H

#include "span.h"

struct person;

struct person *person_new(const char *name); /* of two characters at least, or the end (64) */
const char *person_alias(const struct person *);
bool person_in(const struct person *, struct span text); /* anywhere, in any way */
bool person_encoded(const struct person *, struct span text); /* within base64 */

/* A copy with the alias wherever it can be put, to free(); at NULL: there is none to replace. */
struct span person_replaced(const struct person *, struct span text);

/* The same of a line that may be a record: of a delivery what was rendered goes, too. */
struct span person_erased(const struct person *, struct span line);

void person_free(struct person *);

#endif
