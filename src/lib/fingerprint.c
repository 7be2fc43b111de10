#include <sys/random.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "diag.h"
#include "fingerprint.h"

uint64_t
fingerprint_seed(void)
{
	uint64_t seed;

	if (getentropy(&seed, sizeof seed) != 0)
		die_errno(EX_OSERR, "getentropy");
	return seed;
}

struct fingerprint
fingerprint_of(struct span text, uint64_t seed)
{
	XXH128_hash_t hash = XXH3_128bits_withSeed(text.at, text.len, seed);

	return (
	    struct fingerprint){ hash.high64, hash.low64 | ((hash.high64 | hash.low64) == 0) };
}
