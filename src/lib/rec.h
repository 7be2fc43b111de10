/*
 * rec - streams of records: one JSON object a line.  This half reads; rec_out.h writes.
 *
 * A record is the line it came in and the places of the fields somebody wants.  A filter
 * wants its fields once, before the first record, and asks by slot.  However the line was
 * written, strings show without quotes and with escapes undone, all else as the JSON that
 * came, what is not there as an empty REC_ABSENT.  A record lives until the next rec_next().
 *
 * Whatever fails ends the program and says so: reading (74), a line that is no good (65, with
 * its number).  rec_tolerate() hands such lines out: `code` is one of not_object, syntax,
 * torn, encoding, surrogate, nul, duplicate_field, number, depth, values, long_line.  A byte
 * order mark may begin the stream.  rec_trust() is for lines that were checked before: past
 * the last field wanted only their end is looked at.
 */
#ifndef REC_H
#define REC_H

#include <jansson.h>
#include <stdint.h>
#include "span.h"

enum { REC_MAX = 1 << 20, REC_DEPTH = 64, REC_VALUES = 1 << 16 }; /* bytes, depth, values */
/* clang-format off */
enum rec_type { REC_ABSENT, REC_NULL, REC_FALSE, REC_TRUE, REC_INTEGER, REC_REAL,
	REC_STRING, REC_ARRAY, REC_OBJECT };
/* clang-format on */

struct rec_field {
	const char *text;
	uint32_t len;
	enum rec_type type;
};

struct rec {
	struct span line; /* as it came, without its newline */
	size_t number; /* of the line, from 1 */
	const char *code; /* NULL when all is well; else there are no fields */
	const char *wrong; /* the same in words */
	size_t wrong_at; /* bytes read when it showed */
	struct rec_field *fields;
};

struct rec_in *rec_from(int fd, const char *name);
struct rec_in *rec_open(const char *path); /* "-" is stdin; no such file: 66 */
size_t rec_want(struct rec_in *, const char *field); /* its slot */
void rec_tolerate(struct rec_in *);
void rec_trust(struct rec_in *);
const struct rec *rec_next(struct rec_in *); /* NULL at the end */
const struct rec *rec_ahead(const struct rec_in *); /* one soon to come, or the last read */
json_t *rec_object(const struct rec *); /* the whole record, for jansson; a new reference */
bool rec_is_missing(const struct rec *, size_t slot); /* absent, null or an empty text */
void rec_close(struct rec_in *);

static inline struct span
rec_text(const struct rec *rec, size_t slot)
{
	return (struct span){ rec->fields[slot].text, rec->fields[slot].len };
}

#endif
