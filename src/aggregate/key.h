/*
 * key - a set of dimensions and a code for each of them, as one number.
 *
 * The upper 16 bits say which set it is, so that sets may have keys of their own in several
 * tables; the lower 48 are shared out among the codes.  No key is 0.
 */
#ifndef KEY_H
#define KEY_H

#include <stddef.h>
#include <stdint.h>
#include "cover.h"

enum { KEY_CODES = 48, CODE_BITS = 16 };

/* How many bits of a key a code has: those of a joined set are small (JOIN_MAX). */
static inline int
bits_of(uint64_t dims)
{
	dims &= dims - 1;
	dims &= dims - 1;
	dims &= dims - 1;
	return dims == 0 ? CODE_BITS : KEY_CODES / JOIN_DIMS;
}

/* A segment's key: which set of dimensions, from 1, and its code for each of them. */
static inline uint64_t
key_of(size_t set, uint64_t dims, const uint16_t *codes)
{
	uint64_t key = (uint64_t)(set + 1) << KEY_CODES;
	int bits = bits_of(dims);

	for (int at = 0; dims != 0; dims &= dims - 1, at += bits)
		key |= (uint64_t)codes[__builtin_ctzll(dims)] << at;
	return key;
}

static inline size_t
set_of(uint64_t key)
{
	return (key >> KEY_CODES) - 1;
}

static inline void
read_key(uint64_t key, uint64_t dims, uint16_t *codes)
{
	int bits = bits_of(dims);

	for (int at = 0; dims != 0; dims &= dims - 1, at += bits)
		codes[__builtin_ctzll(dims)] = (uint16_t)(key >> at & ((1u << bits) - 1));
}

#endif
