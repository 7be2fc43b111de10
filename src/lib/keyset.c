#include <stdint.h>
#include <stdlib.h>
#include <sys/random.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "diag.h"
#include "keyset.h"
#include "mem.h"

enum { FIRST_SIZE = 1 << 6 }; /* a power of two, as is every size */

/* All zero is an empty place. */
typedef XXH128_hash_t fingerprint;

struct keyset {
	fingerprint *table;
	size_t size, count;
	uint64_t seed;
};

struct keyset *
keyset_new(void)
{
	struct keyset *set = mem_new(1, sizeof *set);

	set->size = FIRST_SIZE;
	set->table = mem_new(set->size, sizeof *set->table);
	if (getentropy(&set->seed, sizeof set->seed) != 0)
		die_errno(EX_OSERR, "getentropy");
	return set;
}

static bool
is_empty(fingerprint print)
{
	return (print.low64 | print.high64) == 0;
}

static fingerprint
print_of(const struct keyset *set, struct span key)
{
	fingerprint print = XXH3_128bits_withSeed(key.at, key.len, set->seed);

	print.low64 |= is_empty(print);
	return print;
}

/* Where the fingerprint is, or the empty place where it belongs. */
static fingerprint *
place_of(const struct keyset *set, fingerprint print)
{
	for (size_t i = print.low64;; i++) {
		fingerprint *place = &set->table[i & (set->size - 1)];
		if (is_empty(*place) || XXH128_isEqual(*place, print))
			return place;
	}
}

static void
grow(struct keyset *set)
{
	fingerprint *old = set->table;
	size_t old_size = set->size;

	set->size *= 2;
	set->table = mem_new(set->size, sizeof *set->table);
	for (size_t i = 0; i < old_size; i++)
		if (!is_empty(old[i]))
			*place_of(set, old[i]) = old[i];
	free(old);
}

bool
keyset_add(struct keyset *set, struct span key)
{
	fingerprint print = print_of(set, key), *place = place_of(set, print);

	if (!is_empty(*place))
		return false;
	*place = print;
	if (++set->count * 10 > set->size * 7)
		grow(set);
	return true;
}

bool
keyset_has(const struct keyset *set, struct span key)
{
	return !is_empty(*place_of(set, print_of(set, key)));
}

void
keyset_expect(const struct keyset *set, struct span key)
{
	__builtin_prefetch(&set->table[print_of(set, key).low64 & (set->size - 1)]);
}

size_t
keyset_count(const struct keyset *set)
{
	return set->count;
}

void
keyset_free(struct keyset *set)
{
	free(set->table);
	free(set);
}
