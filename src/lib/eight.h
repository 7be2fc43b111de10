/*
 * eight - eight bytes of text in one word, the first of them lowest.
 */
#ifndef EIGHT_H
#define EIGHT_H

#include <endian.h>
#include <stdint.h>
#include <string.h>

#define EACH_BYTE 0x0101010101010101u

static inline uint64_t
eight_bytes(const char *p)
{
	uint64_t word;

	memcpy(&word, p, sizeof word);
	return le64toh(word);
}

#endif
