#define XXH_INLINE_ALL
#include <xxhash.h>

#include "print.h"

struct print
print_unusual(struct span word)
{
	struct print print = { 0, 0 };

	if (word.len <= PRINT_SHORT) {
		for (size_t i = 0; i < word.len; i++)
			print.low = print.low << 8 | (unsigned char)word.at[i];
		return print;
	}
	XXH128_hash_t hash = XXH3_128bits(word.at, word.len);
	return (struct print){ hash.low64, hash.high64 };
}
