/*
 * block - sixteen bytes of text at once, and a bit for each of which something is true.
 *
 * Comparing blocks gives a block that is all ones where it is true; block_bits makes a number
 * of it, the first byte lowest.  Bytes are signed: those that are not ASCII are below 0.
 */
#ifndef BLOCK_H
#define BLOCK_H

#include <stdint.h>
#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>
#else
#include "eight.h"
#endif

enum { BLOCK = 16 };

typedef int8_t block __attribute__((vector_size(BLOCK)));

static inline block
block_at(const char *p)
{
	block bytes;

	memcpy(&bytes, p, sizeof bytes);
	return bytes;
}

/* SSE2, which all of x86-64 has, has a word for it; elsewhere a product brings them together. */
static inline unsigned
block_bits(block truth)
{
#ifdef __SSE2__
	return (unsigned)_mm_movemask_epi8((__m128i)truth);
#else
	const uint64_t gather = 0x0102040810204080;
	char bytes[BLOCK];

	memcpy(bytes, &truth, sizeof bytes);
	uint64_t low = (eight_bytes(bytes) & EACH_BYTE) * gather >> 56;
	uint64_t high = (eight_bytes(bytes + 8) & EACH_BYTE) * gather >> 56;
	return (unsigned)(low | high << 8);
#endif
}

#endif
