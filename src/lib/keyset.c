#include <stdlib.h>
#include <sys/mman.h>

#include "diag.h"
#include "fingerprint.h"
#include "keyset.h"
#include "keyset_run.h"
#include "mem.h"

/*
 * A key's home is where its first bits say, so the table is nearly sorted: it grows where it
 * stands and is written from front to back.  It does not wrap round, but goes on past its size
 * for TAIL places, far more than the longest row of neighbours.  There is address space for
 * the largest table from the beginning; memory it takes only where there have been keys.
 */
enum { FIRST_BITS = 6, MOST_BITS = 23, TAIL = 4096, LARGE_PAGE = 2 << 20 };

struct keyset {
	struct fingerprint *table; /* all zero: an empty place */
	unsigned bits; /* of its size */
	size_t count, most, spilled;
	uint64_t seed;
	struct runs *runs; /* NULL until there is no room */
};

static size_t
bytes_of(unsigned bits)
{
	return (((size_t)1 << bits) + TAIL) * sizeof(struct fingerprint);
}

static struct fingerprint *
table_new(void)
{
	void *table = mmap(NULL, bytes_of(MOST_BITS), PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (table == MAP_FAILED)
		die_errno(EX_OSERR, "memory");
	return table;
}

struct keyset *
keyset_new(void)
{
	struct keyset *set = mem_new(1, sizeof *set);

	set->bits = FIRST_BITS;
	set->table = table_new();
	set->most = KEYSET_HELD;
	set->seed = fingerprint_seed();
	return set;
}

void
keyset_hold(struct keyset *set, size_t keys)
{
	set->most = keys < KEYSET_HELD ? keys : KEYSET_HELD;
}

static bool
is_empty(struct fingerprint print)
{
	return (print.high | print.low) == 0;
}

static struct fingerprint *
home_of(const struct keyset *set, struct fingerprint print)
{
	return &set->table[print.high >> (64 - set->bits)];
}

/* Where the key is, or the empty place where it belongs. */
static struct fingerprint *
place_of(const struct keyset *set, struct fingerprint print)
{
	struct fingerprint *place = home_of(set, print);

	while (!is_empty(*place) && !fingerprint_equal(*place, print))
		place++;
	return place;
}

static void
put(const struct keyset *set, struct fingerprint print)
{
	if (!is_empty(print))
		*place_of(set, print) = print;
}

/*
 * Twice the size, where it stands: a second table would be as much memory to clear again.
 * From the back each key moves past all that have not moved yet, since its home is twice as
 * far from the front; those nearest to the front could land among them, and step aside.
 */
static void
grow(struct keyset *set)
{
	size_t places = ((size_t)1 << set->bits) + TAIL;
	size_t front = places < 2 * TAIL ? places : 2 * TAIL;
	struct fingerprint *aside = mem_new(front, sizeof *aside), *table = set->table;

	set->bits++;
	if (bytes_of(set->bits) >= LARGE_PAGE)
		madvise(table, bytes_of(MOST_BITS), MADV_HUGEPAGE); /* questions go anywhere */
	for (size_t i = places; i-- > front;) {
		struct fingerprint print = table[i];
		table[i] = (struct fingerprint){ 0, 0 };
		put(set, print);
	}
	memcpy(aside, table, front * sizeof *aside);
	memset(table, 0, front * sizeof *table);
	for (size_t i = 0; i < front; i++)
		put(set, aside[i]);
	free(aside);
}

/* Neighbours may have changed places; the farther they are apart, the surer their order. */
static void
sort_nearly_sorted(struct fingerprint *keys, size_t count)
{
	for (size_t i = 1; i < count; i++) {
		struct fingerprint key = keys[i];
		size_t to = i;
		for (; to > 0 && fingerprint_less(key, keys[to - 1]); to--)
			keys[to] = keys[to - 1];
		keys[to] = key;
	}
}

static void
spill(struct keyset *set)
{
	size_t places = ((size_t)1 << set->bits) + TAIL, count = 0;

	if (set->runs == NULL)
		set->runs = runs_new();
	for (size_t i = 0; i < places; i++)
		if (!is_empty(set->table[i]))
			set->table[count++] = set->table[i];
	sort_nearly_sorted(set->table, count);
	runs_add(set->runs, set->table, count);
	set->spilled += count;
	set->count = 0;
	madvise(set->table, bytes_of(set->bits), MADV_DONTNEED); /* zero again */
}

bool
keyset_add(struct keyset *set, struct span key)
{
	struct fingerprint print = fingerprint_of(key, set->seed),
			   *place = place_of(set, print);

	if (!is_empty(*place) || (set->runs != NULL && runs_have(set->runs, print)))
		return false;
	*place = print;
	if (++set->count >= set->most)
		spill(set);
	else if (set->count * 10 > ((size_t)7 << set->bits))
		grow(set);
	return true;
}

bool
keyset_has(const struct keyset *set, struct span key)
{
	struct fingerprint print = fingerprint_of(key, set->seed);

	return !is_empty(*place_of(set, print))
	    || (set->runs != NULL && runs_have(set->runs, print));
}

void
keyset_expect(const struct keyset *set, struct span key)
{
	struct fingerprint print = fingerprint_of(key, set->seed);

	__builtin_prefetch(home_of(set, print));
	if (set->runs != NULL)
		runs_expect(set->runs, print);
}

size_t
keyset_count(const struct keyset *set)
{
	return set->count + set->spilled;
}

void
keyset_free(struct keyset *set)
{
	if (set->runs != NULL)
		runs_free(set->runs);
	munmap(set->table, bytes_of(MOST_BITS));
	free(set);
}
