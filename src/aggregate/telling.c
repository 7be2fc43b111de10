#include <stdlib.h>

#include "cube_inside.h"
#include "mem.h"

/*
 * How the cells of a day become sums in order of output: those of segment n are added to
 * the places targets[first[n]] .. targets[first[n + 1] - 1], its own and the coarser ones'.
 */
struct telling {
	size_t count;
	struct segment *segments; /* by place */
	struct sums *sums; /* of one day, by place */
	uint64_t *touched; /* a bit for each place */
	uint32_t *first, *targets;
};

static bool
is_summed_from(const struct grouping *coarser, const struct grouping *counted)
{
	while (coarser->finer != NULL)
		coarser = coarser->finer;
	return coarser == counted;
}

/* What lacks a value for one of its dimensions is no segment. */
static bool
is_whole(const struct grouping *grouping, const uint16_t *codes)
{
	for (size_t i = 0; i < grouping->count; i++)
		if (codes[grouping->dims[i]] == 0)
			return false;
	return true;
}

/* For the time being targets are numbers of segments; finding the coarser ones adds some. */
static void
find_targets(struct cube *cube, struct telling *telling)
{
	const struct grouping *end = cube->grouping + cube->groupings;
	uint32_t counted = (uint32_t)cube->segments.count, found = 0;
	uint16_t codes[CUBE_DIMS];

	telling->first = mem_new(counted + 1, sizeof *telling->first);
	telling->targets = mem_new(counted * cube->groupings + 1, sizeof *telling->targets);
	for (uint32_t number = 0; number < counted; number++) {
		const struct grouping *from =
		    read_key(cube, segments_key(&cube->segments, number), codes);
		for (const struct grouping *to = cube->grouping; to < end; to++)
			if (is_summed_from(to, from) && is_whole(to, codes))
				telling->targets[found++] = segments_number(
				    &cube->segments, key_of(cube, to, codes));
		telling->first[number + 1] = found;
	}
}

struct ranked {
	struct segment segment;
	uint32_t number;
};

static int
by_text(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;

	return segment_order(&x->segment, &y->segment);
}

static struct segment
name(const struct cube *cube, uint64_t key)
{
	uint16_t codes[CUBE_DIMS];
	const struct grouping *grouping = read_key(cube, key, codes);
	struct span names[GROUP_DIMS], words[GROUP_DIMS];

	for (size_t i = 0; i < grouping->count; i++) {
		size_t dim = grouping->dims[i];
		names[i] = span(cube->names[dim]);
		words[i] = dictionary_word(cube->words[dim], codes[dim]);
	}
	return segment_of(names, words, grouping->count);
}

/* The segments by rank of their text, and each one's rank by its number. */
static uint32_t *
rank(struct cube *cube, struct telling *telling)
{
	size_t count = telling->count;
	struct ranked *ranked = mem_new(count + 1, sizeof *ranked);
	uint32_t *ranks = mem_new(count + 1, sizeof *ranks);

	for (uint32_t number = 0; number < count; number++)
		ranked[number] = (struct ranked){
			name(cube, segments_key(&cube->segments, number)), number
		};
	qsort(ranked, count, sizeof *ranked, by_text);
	for (uint32_t i = 0; i < count; i++) {
		telling->segments[i] = ranked[i].segment;
		ranks[ranked[i].number] = i;
	}
	free(ranked);
	return ranks;
}

static struct telling
telling_of(struct cube *cube)
{
	struct telling telling = { 0 };
	size_t counted = cube->segments.count;

	find_targets(cube, &telling);
	telling.count = cube->segments.count;
	telling.segments = mem_new(telling.count + 1, sizeof *telling.segments);
	telling.sums = mem_new(telling.count + 1, sizeof *telling.sums);
	telling.touched = mem_new(telling.count / 64 + 1, sizeof *telling.touched);

	uint32_t *ranks = rank(cube, &telling);
	for (size_t i = 0; i < telling.first[counted]; i++)
		telling.targets[i] = ranks[telling.targets[i]];
	free(ranks);
	return telling;
}

static void
telling_release(struct telling *telling)
{
	for (size_t i = 0; i < telling->count; i++)
		segment_release(&telling->segments[i]);
	free(telling->segments);
	free(telling->sums);
	free(telling->touched);
	free(telling->first);
	free(telling->targets);
}

static void
sum_up(struct telling *telling, const struct cells *cells)
{
	for (size_t place = 0; place < cells->size; place++) {
		uint32_t owner = cells->owners[place];
		if (owner == 0)
			continue;
		for (uint32_t i = telling->first[owner - 1]; i < telling->first[owner]; i++) {
			uint32_t target = telling->targets[i];
			telling->touched[target / 64] |= (uint64_t)1 << target % 64;
			sums_add(&telling->sums[target], &cells->sums[place]);
		}
	}
}

static void
tell_day(struct telling *telling, struct day *day, cube_teller *teller, void *to)
{
	sum_up(telling, &day->cells);
	cells_release(&day->cells);
	for (size_t i = 0; i < telling->count / 64 + 1; i++)
		for (; telling->touched[i] != 0; telling->touched[i] &= telling->touched[i] - 1) {
			size_t place = i * 64 + (size_t)__builtin_ctzll(telling->touched[i]);
			teller(to, day->day, &telling->segments[place],
			    &telling->sums[place]);
			telling->sums[place] = (struct sums){ 0 };
		}
}

static int
by_day(const void *a, const void *b)
{
	const struct day *x = a, *y = b;

	return (x->day > y->day) - (x->day < y->day);
}

void
cube_each(struct cube *cube, cube_teller *teller, void *to)
{
	cube_count(cube);

	struct telling telling = telling_of(cube);
	qsort(cube->days, cube->day_count, sizeof *cube->days, by_day);
	for (size_t i = 0; i < cube->day_count; i++)
		tell_day(&telling, &cube->days[i], teller, to);
	telling_release(&telling);
}
