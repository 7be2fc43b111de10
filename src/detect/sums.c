#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "segments.h"
#include "sums.h"

void
sums_make(struct sums *sums, size_t segments, size_t days)
{
	*sums = (struct sums){ .segments = segments, .days = days };
	sums->at = mem_new(segments * (days + 1), sizeof sums->at[0]);
}

void
sums_clear(struct sums *sums)
{
	memset(sums->at, 0, sums->segments * (sums->days + 1) * sizeof sums->at[0]);
}

void
sums_put(struct sums *sums, const uint32_t *segments, int32_t day, struct sum sum)
{
	for (; *segments != SEGMENT_NONE; segments++) {
		struct sum *slot = sums->at + *segments * (sums->days + 1) + day + 1;
		slot->r += sum.r;
		slot->v += sum.v;
	}
}

void
sums_run(struct sums *sums, int32_t from, int32_t to)
{
	for (size_t i = 0; i < sums->segments; i++) {
		struct sum *row = sums->at + i * (sums->days + 1);
		for (int32_t day = from; day < to; day++) {
			row[day + 1].r += row[day].r;
			row[day + 1].v += row[day].v;
		}
	}
}

void
sums_copy(struct sums *to, const struct sums *from, int32_t first, int32_t end)
{
	for (size_t i = 0; i < to->segments && end > first; i++) {
		size_t at = i * (to->days + 1) + (size_t)first + 1;
		memcpy(to->at + at, from->at + at, (size_t)(end - first) * sizeof to->at[0]);
	}
}

void
sums_forget(struct sums *sums, uint32_t segment, int32_t from, int32_t to)
{
	struct sum *row = sums->at + segment * (sums->days + 1);

	for (int32_t day = from; day < to; day++)
		row[day + 1] = (struct sum){ 0, 0 };
}

void
sums_release(struct sums *sums)
{
	free(sums->at);
}
