/*
 * text - where the strings and numbers of JSON end, found eight bytes at a time.
 *
 * text_end gives the quote that closes the string whose first byte is p, or NULL if an
 * escape, a control character or what is not UTF-8 stops it first; string_end passes over
 * escapes as well, if they are good ones (no lone surrogate, no NUL).  number_end gives the
 * byte after a number, or NULL if it is none, has an exponent or may not fit its type.  All
 * may look TEXT_SLACK bytes past what they accept, and all stop at a newline.
 */
#ifndef TEXT_H
#define TEXT_H

#include <stddef.h>
#include "eight.h"

enum { TEXT_SLACK = 32, INTEGER_MAX = 18, REAL_MAX = 40 }; /* characters of a number */

size_t utf8_length(const char *p); /* of the sequence at p; 0 if none, or ASCII */
const char *string_end(const char *p);
const char *number_end(const char *p);

/* The top bit of each byte not plain inside a string; exact up to the first. */
static inline uint64_t
special_bytes(uint64_t w)
{
	uint64_t quote = w ^ EACH_BYTE * '"', backslash = w ^ EACH_BYTE * '\\';
	return ((quote - EACH_BYTE) | (backslash - EACH_BYTE) | (w - EACH_BYTE * ' ') | w)
	    & EACH_BYTE * 0x80;
}

/* The first byte that is not plain inside a string. */
static inline const char *
text_stop(const char *p)
{
	for (size_t step;; p += step) { /* most texts need one turn */
		uint64_t near = special_bytes(eight_bytes(p));
		uint64_t far = special_bytes(eight_bytes(p + 8));

		step = 16;
		if ((near | far) == 0)
			continue;
		uint64_t next = -(uint64_t)(near == 0); /* a mask: a branch would be a guess */
		p += (next & 8) + (unsigned)__builtin_ctzll(near | (far & next)) / 8;
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
