/*
 * rec_out - writing streams of records; see rec.h for what a record is.
 *
 * rec_pass writes a record as the bytes it came in; rec_begin .. rec_end writes one field by
 * field, beginning with those of a record if there is one: a field it already has keeps its
 * place and takes the new value, others follow at the end.  rec_dump writes what jansson
 * built, reals as short as reads back equal.  Nothing is known to be written before
 * rec_finish(), the last call of every filter: it ends the program (74) if anything could
 * not be.  A record longer than REC_MAX ends it too (65).
 *
 * A stream that rec_create() makes is whole or absent: it takes its name at rec_finish().
 */
#ifndef REC_OUT_H
#define REC_OUT_H

#include <jansson.h>
#include <stdint.h>
#include "span.h"

struct rec;
struct rec_in;

struct rec_out *rec_to(int fd, const char *name);
struct rec_out *rec_create(const char *path); /* "-" is stdout; links, pipes: in place */
/* Flushes before waiting for input.  Lines that pass may wait there: finish before rec_close(). */
void rec_tie(struct rec_in *, struct rec_out *);
void rec_pass(struct rec_out *, const struct rec *); /* the line as it came */
void rec_dump(struct rec_out *, const json_t *);
void rec_begin(struct rec_out *, const struct rec *); /* the record, or NULL: a new one */
void rec_put_text(struct rec_out *, struct span name, struct span text);
void rec_put_number(struct rec_out *, struct span name, struct span text); /* else as text */
void rec_put_integer(struct rec_out *, struct span name, int64_t);
void rec_put_json(struct rec_out *, struct span name, struct span json); /* as it is */
void rec_omit(struct rec_out *, struct span name); /* the field it has, if it has it */

/*
 * For new records of the same fields again and again: a field by its key, which is the name
 * as JSON has it, a colon and room to copy it in blocks; free() its `at`.  The value is JSON,
 * or a text that needs no escape and gets its quotes.
 */
enum { REC_KEY_SLACK = 16 };
struct span rec_key(struct span name);
void rec_add(struct rec_out *, struct span key, struct span value, bool text);

void rec_end(struct rec_out *);
void rec_drop(struct rec_out *); /* instead of rec_end: it never was */
void rec_flush(struct rec_out *);
void rec_finish(struct rec_out *); /* the last call, or nobody knows if it was written */

char *rec_json(const json_t *, size_t *len); /* a value as rec_dump writes it; free() it */

#endif
