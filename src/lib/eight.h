/*
 * eight - eight bytes of text in one word, the first of them lowest.
 */
#ifndef EIGHT_H
#define EIGHT_H

#include <endian.h>
#include <stdint.h>
#include <string.h>

enum { EIGHT = 8 };
#define EACH_BYTE 0x0101010101010101u

static inline uint64_t
eight_bytes(const char *p)
{
	uint64_t word;

	memcpy(&word, p, sizeof word);
	return le64toh(word);
}

/* How many of the eight bytes at p are digits, before the first that is none. */
static inline size_t
leading_digits(const char *p)
{
	uint64_t high = eight_bytes(p) ^ EACH_BYTE * '0';
	uint64_t others = ((high + EACH_BYTE * (0x80 - 10)) | high) & EACH_BYTE * 0x80;

	return others != 0 ? (size_t)__builtin_ctzll(others) / 8 : EIGHT;
}

#endif
