/*
 * answer - what is said of two periods: first of the whole, then of each dimension.
 */
#ifndef ANSWER_H
#define ANSWER_H

#include <jansson.h>
#include "locate.h"

struct rec_out;

/* Deals that a period must have before a segment is named, and a value in either period
 * before it has a say in a reversal. */
enum { ENOUGH_BEFORE = 100, ENOUGH_AFTER = 30, ENOUGH_OF_VALUE = 20 };

/* Writes the records of a frame neither of whose periods is empty; how many. */
size_t answer_write(struct rec_out *, const struct frame *, const struct question *);

/* In short, for a finding: a new reference. */
json_t *answer_why(const struct frame *, const struct question *);

#endif
