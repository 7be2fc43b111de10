/*
 * fingerprint - 128 bits that stand for a text.
 *
 * Seeded anew in each run, so that nobody outside can arrange for two texts to share one;
 * that two among a billion do has odds below 1 in 10^20.  None is all zero.
 */
#ifndef FINGERPRINT_H
#define FINGERPRINT_H

#include <stdint.h>
#include "span.h"

struct fingerprint {
	uint64_t high, low;
};

uint64_t fingerprint_seed(void);
struct fingerprint fingerprint_of(struct span text, uint64_t seed);

static inline bool
fingerprint_equal(struct fingerprint a, struct fingerprint b)
{
	return ((a.high ^ b.high) | (a.low ^ b.low)) == 0;
}

static inline bool
fingerprint_less(struct fingerprint a, struct fingerprint b)
{
	return a.high != b.high ? a.high < b.high : a.low < b.low;
}

#endif
