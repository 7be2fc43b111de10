/*
 * row - records as the store takes them: their keys, and what it must know beside the record.
 *
 * A record of another kind, without its key, or with a date that is none ends the program
 * (65, naming the line).  What rows_next gives lives until the next; its doc is the record as
 * it came.  rows_doc gives it as it is kept: a deal without source, line and offset.
 *
 * A stage may begin with a record that names where its deals come from, which rows_staged reads
 * and rows_mark writes.
 */
#ifndef ROW_H
#define ROW_H

#include "rec.h"
#include "store_data.h"

struct rec_out;
struct rows;

struct rows *rows_from(struct rec_in *, const char *name, const struct kind *);
struct rows *rows_staged(struct rec_in *, const struct kind *);
const char *rows_source(const struct rows *); /* of a stage; NULL: not named */
void rows_mark(struct rec_out *, const char *source);
const struct rec *rows_next(struct rows *, struct store_row *); /* NULL at the end */
struct span rows_doc(struct rows *, const struct rec *);
void rows_free(struct rows *); /* and closes what they came from */

#endif
