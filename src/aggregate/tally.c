#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "tally.h"

enum { FIRST_SIZE = 1 << 10 };

void
tally_grow(struct tally *tally, uint32_t number)
{
	size_t old = tally->size;

	tally->size = old > 0 ? old : FIRST_SIZE;
	while (tally->size <= number)
		tally->size *= 2;
	tally->sums = mem_grow(tally->sums, tally->size, sizeof *tally->sums);
	memset(tally->sums + old, 0, (tally->size - old) * sizeof *tally->sums);
	tally->listed = mem_grow(tally->listed, tally->size + 1, sizeof *tally->listed);
}

void
tally_move(struct tally *tally, struct cells *cells)
{
	for (size_t i = 0; i < tally->count; i++) {
		struct sums *sums = &tally->sums[tally->listed[i]];
		sums_add(cells_at(cells, tally->listed[i]), sums);
		*sums = (struct sums){ 0 };
	}
	tally->count = 0;
}

void
tally_release(struct tally *tally)
{
	free(tally->sums);
	free(tally->listed);
}
