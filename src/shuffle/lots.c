#include <stdlib.h>

#include "fingerprint.h"
#include "lots.h"
#include "mem.h"

struct lot {
	struct fingerprint rank;
	uint64_t entry;
	int32_t period;
	bool won; /* as it was */
};

struct lots {
	uint64_t seed;
	struct lot *list;
	size_t count, room;
	unsigned char *won; /* a bit an entry */
};

struct lots *
lots_new(uint64_t seed)
{
	struct lots *lots = mem_new(1, sizeof *lots);

	lots->seed = seed;
	return lots;
}

void
lots_enter(struct lots *lots, int32_t period, struct span deal_id, bool won)
{
	if (lots->count == lots->room) {
		lots->room = 2 * lots->room + 1024;
		lots->list = mem_grow(lots->list, lots->room, sizeof *lots->list);
	}
	lots->list[lots->count] = (struct lot){ .rank = fingerprint_of(deal_id, lots->seed),
		.entry = lots->count,
		.period = period,
		.won = won };
	lots->count++;
}

static int
by_rank(const void *a, const void *b)
{
	const struct lot *one = a, *other = b;

	if (one->period != other->period)
		return one->period < other->period ? -1 : 1;
	if (!fingerprint_equal(one->rank, other->rank))
		return fingerprint_less(one->rank, other->rank) ? -1 : 1;
	return (one->entry > other->entry) - (one->entry < other->entry);
}

/* The first so many of the period's deals win. */
static size_t
draw_period(struct lots *lots, size_t from)
{
	size_t end = from, wins = 0;

	for (; end < lots->count && lots->list[end].period == lots->list[from].period; end++)
		wins += lots->list[end].won;
	for (size_t i = from; i < from + wins; i++) {
		uint64_t entry = lots->list[i].entry;
		lots->won[entry / 8] |= (unsigned char)(1 << entry % 8);
	}
	return end;
}

void
lots_draw(struct lots *lots)
{
	lots->won = mem_new(lots->count / 8 + 1, 1);
	if (lots->count > 0)
		qsort(lots->list, lots->count, sizeof *lots->list, by_rank);
	for (size_t i = 0; i < lots->count;)
		i = draw_period(lots, i);
}

bool
lots_won(const struct lots *lots, uint64_t entry)
{
	return lots->won[entry / 8] >> entry % 8 & 1;
}

void
lots_free(struct lots *lots)
{
	free(lots->list);
	free(lots->won);
	free(lots);
}
