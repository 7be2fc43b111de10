/*
 * text - where the strings and numbers of JSON end, found a block at a time.
 *
 * text_end gives the quote that closes the string whose first byte is p, or NULL if an
 * escape, a control character or what is not UTF-8 stops it first; string_end passes over
 * escapes as well, if they are good ones (no lone surrogate, no NUL).  number_end gives the
 * byte after a number, or NULL if it is none, has an exponent or may not fit its type.  All
 * may look TEXT_SLACK bytes past what they accept, and all stop at a newline.
 */
#ifndef TEXT_H
#define TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include "block.h"

enum { TEXT_SLACK = 32, INTEGER_MAX = 18, REAL_MAX = 40 }; /* characters of a number */

size_t utf8_length(const char *p); /* of the sequence at p; 0 if none, or ASCII */
const char *string_end(const char *p);
const char *number_end(const char *p, bool *whole); /* it has no fraction; or NULL */

/* The bytes that are not plain inside a string: quotes, backslashes, control, not ASCII. */
static inline block
special_bytes(block bytes)
{
	return (bytes == '"') | (bytes == '\\') | (bytes < ' ');
}

/* The first of them, but for UTF-8. */
static inline const char *
text_stop(const char *p)
{
	for (size_t step;; p += step) { /* most texts need one turn */
		unsigned special = block_bits(special_bytes(block_at(p)));

		step = BLOCK;
		if (special == 0)
			continue;
		p += __builtin_ctz(special);
		if (*p == '"' || (step = utf8_length(p)) == 0)
			return p;
	}
}

static inline const char *
text_end(const char *p)
{
	p = text_stop(p);
	return *p == '"' ? p : NULL;
}

#endif
