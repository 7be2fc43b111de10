#include <stdlib.h>

#include "cube_inside.h"
#include "diag.h"
#include "key.h"
#include "mem.h"
#include "when.h"

enum { AHEAD = 8, FIRST_ROOM = 512 };

struct cube *
cube_new(void)
{
	struct cube *cube = mem_new(1, sizeof *cube);

	segments_init(&cube->segments);
	cube->day_room = FIRST_ROOM;
	cube->days = mem_new(FIRST_ROOM, sizeof *cube->days);
	cube->day_numbers = mem_new(LAST_DAY - FIRST_DAY + 1, sizeof *cube->day_numbers);
	return cube;
}

size_t
cube_dim(struct cube *cube, const char *name)
{
	for (size_t dim = 0; dim < cube->dims; dim++)
		if (strcmp(cube->names[dim], name) == 0)
			return dim;
	if (cube->dims == CUBE_DIMS)
		return CUBE_DIMS;
	cube->names[cube->dims] = mem_copy(name, strlen(name));
	cube->words[cube->dims] = dictionary_new(cube->names[cube->dims], CUBE_VALUES);
	return cube->dims++;
}

size_t
cube_dims(const struct cube *cube)
{
	return cube->dims;
}

const char *
cube_name(const struct cube *cube, size_t dim)
{
	return cube->names[dim];
}

size_t
cube_group(struct cube *cube, const size_t *dims, size_t count)
{
	uint64_t grouping = 0;

	for (size_t i = 0; i < count; i++)
		grouping |= (uint64_t)1 << dims[i];
	for (size_t i = 0; i < cube->groupings; i++)
		if (cube->grouping[i] == grouping)
			return i;
	if (cube->groupings == CUBE_GROUPS)
		return CUBE_GROUPS;
	cube->grouping[cube->groupings] = grouping;
	return cube->groupings++;
}

/* The day's number, in order of first sight. */
static uint32_t
day_number(struct cube *cube, int32_t day)
{
	uint32_t *number = &cube->day_numbers[day - FIRST_DAY];

	if (*number == 0) {
		if (cube->day_count == cube->day_room) {
			cube->day_room *= 2;
			cube->days = mem_grow(cube->days, cube->day_room, sizeof *cube->days);
		}
		cube->days[cube->day_count] = (struct day){ .day = day };
		*number = (uint32_t)++cube->day_count;
	}
	return *number - 1;
}

static bool
holds(const struct cube *cube, const uint32_t *sizes)
{
	for (size_t i = cube->first_cover; i < cube->cover_count; i++)
		if (!cover_holds(&cube->covers[i], cube->grouping, cube->groupings, sizes))
			return false;
	return cube->cover_count > 0;
}

/* A new cover comes after the old ones; what they counted stays theirs. */
static void
find_cover(struct cube *cube)
{
	uint32_t sizes[CUBE_DIMS];

	for (size_t dim = 0; dim < cube->dims; dim++)
		sizes[dim] = dictionary_count(cube->words[dim]);
	if (holds(cube, sizes))
		return;
	cube->first_cover = cube->cover_count;
	cube->covers =
	    mem_grow(cube->covers, cube->cover_count + cube->groupings, sizeof *cube->covers);
	cube->cover_count += cover_find(
	    cube->grouping, cube->groupings, sizes, &cube->covers[cube->first_cover]);
}

/* Writes the batch's places to `order`, day by day; gives where each day's end, to free(). */
static uint32_t *
sort_batch(struct cube *cube)
{
	uint32_t *ends = mem_new(cube->day_count + 1, sizeof *ends);

	for (size_t i = 0; i < cube->waiting; i++)
		ends[cube->batch[i].day + 1]++;
	for (size_t day = 0; day < cube->day_count; day++)
		ends[day + 1] += ends[day];
	for (size_t i = 0; i < cube->waiting; i++)
		cube->order[ends[cube->batch[i].day]++] = (uint32_t)i;
	return ends;
}

static inline void
add_fact(struct sums *sums, const struct fact *fact)
{
	bool cycled = fact->cycle != NO_CYCLE;

	sums->total[fact->outcome] += fact->amount;
	sums->count[fact->outcome]++;
	sums->total[CYCLE] += cycled ? fact->cycle : 0;
	sums->count[CYCLE] += cycled;
}

static _Noreturn void
too_large(int32_t day)
{
	char text[WHEN_DAY_LEN];

	when_text(day, text);
	die(EX_DATAERR, "stdin: %.*s: sums too large to be exact", WHEN_DAY_LEN, text);
}

static void
weigh(struct day *day, const struct fact *fact)
{
	day->weight += fact->amount < 0 ? -fact->amount : fact->amount;
	if (day->weight > SUMS_MAX || ++day->deals == 0)
		too_large(day->day);
}

/* What the places from `order` to `end` hold: facts of one day, in the batch wherever. */
static void
count_day(struct cube *cube, struct day *day, const uint32_t *order, const uint32_t *end)
{
	for (const uint32_t *place = order; place < end; place++) {
		__builtin_prefetch(&cube->batch[place[AHEAD]]);
		__builtin_prefetch(&cube->codes[place[AHEAD] * cube->dims]);
		weigh(day, &cube->batch[*place]);
	}
	for (size_t i = cube->first_cover; i < cube->cover_count; i++) {
		const uint64_t dims = cube->covers[i].dims;
		for (const uint32_t *place = order; place < end; place++) {
			uint64_t key = key_of(i, dims, &cube->codes[*place * cube->dims]);
			uint32_t number = segments_number(&cube->segments, key);
			add_fact(tally_at(&cube->tally, number), &cube->batch[*place]);
		}
		tally_move(&cube->tally, &day->cells);
	}
}

void
cube_count(struct cube *cube)
{
	find_cover(cube);

	uint32_t *ends = sort_batch(cube), start = 0;
	for (size_t day = 0; day < cube->day_count; start = ends[day++])
		count_day(cube, &cube->days[day], cube->order + start, cube->order + ends[day]);
	free(ends);
	cube->waiting = 0;
}

static void
make_room(struct cube *cube)
{
	cube->batch = mem_new(BATCH, sizeof *cube->batch);
	cube->codes = mem_new(BATCH * cube->dims + 1, sizeof *cube->codes);
	cube->order = mem_new(BATCH + AHEAD, sizeof *cube->order);
}

void
cube_add(struct cube *cube, const struct fact *fact, const struct span *words)
{
	if (cube->batch == NULL)
		make_room(cube);
	uint16_t *codes = &cube->codes[cube->waiting * cube->dims];
	for (size_t dim = 0; dim < cube->dims; dim++)
		codes[dim] = (uint16_t)dictionary_code(cube->words[dim], words[dim]);
	cube->batch[cube->waiting] = *fact;
	cube->batch[cube->waiting++].day = (int32_t)day_number(cube, fact->day);
	if (cube->waiting == BATCH)
		cube_count(cube);
}

/* The cover that is a grouping and answers for no other. */
static size_t
lone_cover(struct cube *cube, size_t grouping)
{
	struct cover cover = { .dims = cube->grouping[grouping] };

	cover.answers[grouping / 64] = (uint64_t)1 << grouping % 64;
	for (size_t i = 0; i < cube->cover_count; i++)
		if (memcmp(&cube->covers[i], &cover, sizeof cover) == 0)
			return i;
	cube->covers = mem_grow(cube->covers, cube->cover_count + 1, sizeof *cube->covers);
	cube->covers[cube->cover_count] = cover;
	return cube->cover_count++;
}

uint32_t
cube_segment(struct cube *cube, size_t grouping, const struct span *words)
{
	size_t set = lone_cover(cube, grouping);
	uint16_t codes[CUBE_DIMS];

	for (uint64_t left = cube->grouping[grouping]; left != 0; left &= left - 1) {
		int dim = __builtin_ctzll(left);
		codes[dim] = (uint16_t)dictionary_code(cube->words[dim], words[dim]);
	}
	return segments_number(&cube->segments, key_of(set, cube->grouping[grouping], codes));
}

void
cube_put(struct cube *cube, int32_t day, uint32_t segment, const struct sums *more)
{
	uint32_t number = day_number(cube, day); /* which may move the days */
	struct sums *sums = cells_at(&cube->days[number].cells, segment);

	sums_add(sums, more);
	if (!sums_fit(sums, more))
		too_large(day);
}

void
cube_free(struct cube *cube)
{
	for (size_t dim = 0; dim < cube->dims; dim++) {
		dictionary_free(cube->words[dim]);
		free(cube->names[dim]);
	}
	for (size_t i = 0; i < cube->day_count; i++)
		cells_release(&cube->days[i].cells);
	tally_release(&cube->tally);
	segments_release(&cube->segments);
	free(cube->covers);
	free(cube->days);
	free(cube->day_numbers);
	free(cube->batch);
	free(cube->codes);
	free(cube->order);
	free(cube);
}
