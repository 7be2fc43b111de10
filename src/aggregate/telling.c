#include <stdlib.h>

#include "cube_inside.h"
#include "key.h"
#include "mem.h"
#include "segment.h"

/*
 * How the cells of a day become sums in order of output: those of number n are added to
 * the places targets[first[n]] .. targets[first[n + 1] - 1].
 */
struct telling {
	struct segments keys; /* of the segments to be told, by grouping */
	char **segments; /* as JSON, by place */
	struct sums *sums; /* of one day, by place */
	uint64_t *touched; /* a bit for each place */
	uint32_t *first, *targets;
};

/* What lacks a value for one of its dimensions is no segment. */
static bool
is_whole(uint64_t dims, const uint16_t *codes)
{
	for (; dims != 0; dims &= dims - 1)
		if (codes[__builtin_ctzll(dims)] == 0)
			return false;
	return true;
}

/* For the time being targets are numbers of segments; their places are not known yet. */
static void
find_targets(const struct cube *cube, struct telling *telling)
{
	uint32_t counted = (uint32_t)cube->segments.count, found = 0;
	uint16_t codes[CUBE_DIMS];

	telling->first = mem_new(counted + 1, sizeof *telling->first);
	telling->targets = mem_new(counted * cube->groupings + 1, sizeof *telling->targets);
	for (uint32_t number = 0; number < counted; number++) {
		uint64_t key = segments_key(&cube->segments, number);
		const struct cover *cover = &cube->covers[set_of(key)];
		read_key(key, cover->dims, codes);
		for (size_t to = 0; to < cube->groupings; to++)
			if (cover_answers(cover, to) && is_whole(cube->grouping[to], codes))
				telling->targets[found++] = segments_number(
				    &telling->keys, key_of(to, cube->grouping[to], codes));
		telling->first[number + 1] = found;
	}
}

struct ranked {
	char *text, *json;
	uint32_t number;
};

static int
by_text(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;

	return strcmp(x->text, y->text);
}

static void
name_segment(const struct cube *cube, uint64_t key, struct ranked *ranked)
{
	uint64_t dims = cube->grouping[set_of(key)];
	uint16_t codes[CUBE_DIMS];
	json_t *segment = json_object();

	read_key(key, dims, codes);
	for (; dims != 0; dims &= dims - 1) {
		int dim = __builtin_ctzll(dims);
		struct span word = dictionary_word(cube->words[dim], codes[dim]);
		json_object_set_new(segment, cube->names[dim], json_stringn(word.at, word.len));
	}
	ranked->text = segment_text(segment);
	ranked->json = json_dumps(segment, JSON_COMPACT | JSON_SORT_KEYS);
	json_decref(segment);
}

/* The segments by rank of their text, and each one's rank by its number. */
static uint32_t *
rank(const struct cube *cube, struct telling *telling)
{
	size_t count = telling->keys.count;
	struct ranked *ranked = mem_new(count + 1, sizeof *ranked);
	uint32_t *ranks = mem_new(count + 1, sizeof *ranks);

	for (uint32_t i = 0; i < count; i++) {
		ranked[i].number = i;
		name_segment(cube, segments_key(&telling->keys, i), &ranked[i]);
	}
	qsort(ranked, count, sizeof *ranked, by_text);
	for (uint32_t i = 0; i < count; i++) {
		telling->segments[i] = ranked[i].json;
		ranks[ranked[i].number] = i;
		free(ranked[i].text);
	}
	free(ranked);
	return ranks;
}

static struct telling
telling_of(const struct cube *cube)
{
	struct telling telling = { 0 };

	segments_init(&telling.keys);
	find_targets(cube, &telling);
	telling.segments = mem_new(telling.keys.count + 1, sizeof *telling.segments);
	telling.sums = mem_new(telling.keys.count + 1, sizeof *telling.sums);
	telling.touched = mem_new(telling.keys.count / 64 + 1, sizeof *telling.touched);

	uint32_t *ranks = rank(cube, &telling);
	for (size_t i = 0; i < telling.first[cube->segments.count]; i++)
		telling.targets[i] = ranks[telling.targets[i]];
	free(ranks);
	return telling;
}

static void
telling_release(struct telling *telling)
{
	for (size_t i = 0; i < telling->keys.count; i++)
		free(telling->segments[i]);
	segments_release(&telling->keys);
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
	for (size_t i = 0; i < telling->keys.count / 64 + 1; i++)
		for (; telling->touched[i] != 0;
		     telling->touched[i] &= telling->touched[i] - 1) {
			size_t place = i * 64 + (size_t)__builtin_ctzll(telling->touched[i]);
			teller(to, day->day, telling->segments[place], &telling->sums[place]);
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
