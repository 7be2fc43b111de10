#include "cover.h"

/* The segments a set of dimensions may have; or UINT64_MAX, too many to count. */
static uint64_t
segments_of(uint64_t dims, const uint32_t *sizes)
{
	uint64_t product = 1;

	for (size_t dim = 0; dims >> dim != 0; dim++)
		if ((dims >> dim & 1) != 0
		    && __builtin_mul_overflow(product, sizes[dim], &product))
			return UINT64_MAX;
	return product;
}

static bool
may_join(uint64_t a, uint64_t b, uint64_t segments)
{
	if ((a | b) == a || (a | b) == b)
		return true;
	return segments <= JOIN_MAX && __builtin_popcountll(a | b) <= JOIN_DIMS;
}

/* The two whose union is smallest; false if no two may be joined. */
static bool
find_pair(
    const struct cover *covers, size_t count, const uint32_t *sizes, size_t *one, size_t *other)
{
	uint64_t smallest = UINT64_MAX;

	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < i; j++) {
			uint64_t segments = segments_of(covers[i].dims | covers[j].dims, sizes);
			if (segments >= smallest
			    || !may_join(covers[i].dims, covers[j].dims, segments))
				continue;
			smallest = segments;
			*one = j;
			*other = i;
		}
	return smallest < UINT64_MAX;
}

size_t
cover_find(const uint64_t *asked, size_t count, const uint32_t *sizes, struct cover covers[])
{
	size_t one, other;

	for (size_t i = 0; i < count; i++) {
		covers[i] = (struct cover){ .dims = asked[i] };
		covers[i].answers[i / 64] = (uint64_t)1 << i % 64;
	}
	while (find_pair(covers, count, sizes, &one, &other)) {
		covers[one].dims |= covers[other].dims;
		for (size_t i = 0; i < GROUPS_MAX / 64; i++)
			covers[one].answers[i] |= covers[other].answers[i];
		covers[other] = covers[--count];
	}
	return count;
}

bool
cover_holds(
    const struct cover *cover, const uint64_t *asked, size_t count, const uint32_t *sizes)
{
	for (size_t i = 0; i < count; i++)
		if (asked[i] == cover->dims)
			return true;
	return segments_of(cover->dims, sizes) <= JOIN_MAX;
}
