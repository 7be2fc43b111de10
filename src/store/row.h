/*
 * row - records as the store takes them: their keys, and what it must know beside the record.
 *
 * A record of another kind, without its key, or with a date that is none ends the program
 * (65, naming the line).  What rows_next gives lives until the next; its doc is the record as
 * it came.  rows_doc gives it as it is kept: a deal without source, line and offset.
 */
#ifndef ROW_H
#define ROW_H

#include "rec.h"
#include "store_data.h"

struct rows;

struct rows *rows_from(struct rec_in *, const char *name, const struct kind *);
const struct rec *rows_next(struct rows *, struct store_row *); /* NULL at the end */
struct span rows_doc(struct rows *, const struct rec *);
void rows_free(struct rows *); /* and closes what they came from */

#endif
