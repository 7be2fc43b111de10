/*
 * schema_value - a JSON value as checks see it, for schema alone.
 *
 * A field of a record is seen as its text, without jansson, unless somebody looks inside;
 * what lies deeper is seen through its tree.  Numbers compare as numbers (1 is 1.0), and
 * exactly: integers as such, and a long double holds every one of them and every double.
 */
#ifndef SCHEMA_VALUE_H
#define SCHEMA_VALUE_H

#include <jansson.h>
#include "rec.h"

struct value {
	enum rec_type type;
	struct span text; /* of a field, and of every string */
	const json_t *tree; /* of what jansson has read */
};

struct number {
	bool whole; /* written as an integer */
	union {
		int64_t integer;
		double real;
	};
};

static inline unsigned
type_bit(enum rec_type type)
{
	return 1u << type;
}

enum {
	ANY_NUMBER = 1u << REC_INTEGER | 1u << REC_REAL,
	ANY_TEXT = 1u << REC_STRING,
	ANY_TYPE = ANY_NUMBER | ANY_TEXT | 1u << REC_NULL | 1u << REC_FALSE | 1u << REC_TRUE
	    | 1u << REC_ARRAY | 1u << REC_OBJECT,
};

struct value value_of(const json_t *);
struct number value_number(const struct value *);
int number_compare(struct number, struct number); /* as memcmp */
bool number_is_integer(struct number); /* 1.0 is, too */
bool value_equal(const struct value *, const struct value *);

/* All of a text of TEXT_KEYED bytes or fewer, with no branch on how many: that is a guess. */
enum { TEXT_KEYED = 4 };
static inline uint64_t
text_key(struct span text)
{
	const unsigned char *p = (const unsigned char *)text.at;
	if (text.len == 0)
		return 0;
	size_t last = text.len - 1, second = text.len > 1, third = last - second;
	return (uint64_t)text.len << 32 | (uint64_t)p[0] << 24 | (uint64_t)p[second] << 16
	    | (uint64_t)p[third] << 8 | p[last];
}

#endif
