/*
 * print - sixteen bytes that stand for a word, to find it by.
 *
 * Of a word of PRINT_SHORT bytes or fewer, its print and its length tell everything; of a
 * longer one they only say that it is likely the same.  print_spot is where in a table of
 * some power of two of places to begin to look.
 */
#ifndef PRINT_H
#define PRINT_H

#include <stdint.h>
#include "span.h"

enum { PRINT_SHORT = 16 };

struct print {
	uint64_t low, high;
};

struct print print_unusual(struct span word); /* very short, or long */

static inline uint64_t
print_four(const char *p)
{
	uint32_t word;

	memcpy(&word, p, sizeof word);
	return word;
}

/* Four pieces that overlap cover any word of 4 to 16 bytes, and need no branch. */
static inline struct print
print_of(struct span word)
{
	const char *p = word.at, *end = p + word.len - 4;
	size_t step = word.len / 8 * 4;

	if (word.len < 4 || word.len > PRINT_SHORT)
		return print_unusual(word);
	return (struct print){ print_four(p) << 32 | print_four(p + step),
		print_four(end) << 32 | print_four(end - step) };
}

static inline size_t
print_spot(struct print print)
{
	uint64_t mixed = print.low ^ (print.high << 23 | print.high >> 41);

	return (size_t)(mixed * 0x9E3779B97F4A7C15u >> 32);
}

static inline bool
print_same(struct print a, struct span word_a, struct print b, struct span word_b)
{
	return ((a.low ^ b.low) | (a.high ^ b.high) | (word_a.len ^ word_b.len)) == 0
	    && (word_a.len <= PRINT_SHORT || memcmp(word_a.at, word_b.at, word_a.len) == 0);
}

#endif
