#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "segments.h"
#include "sums.h"

void
sums_make(struct sums *sums, size_t segments, size_t days)
{
	*sums = (struct sums){ .segments = segments, .days = days };
	sums->on = mem_new(segments * days + 1, sizeof sums->on[0]);
	sums->before = mem_new(segments * (days + 1), sizeof sums->before[0]);
}

void
sums_clear(struct sums *sums)
{
	memset(sums->on, 0, sums->segments * sums->days * sizeof sums->on[0]);
}

void
sums_add(struct sums *sums, const uint32_t *segments, int32_t day, struct sum sum)
{
	for (; *segments != SEGMENT_NONE; segments++) {
		struct sum *on = sums->on + *segments * sums->days + (size_t)day;
		on->r += sum.r;
		on->v += sum.v;
		on->a += sum.a;
	}
}

void
sums_run(struct sums *sums, int32_t from, int32_t to)
{
	for (size_t i = 0; i < sums->segments; i++) {
		const struct sum *on = sums->on + i * sums->days;
		struct sum *before = sums->before + i * (sums->days + 1);
		for (int32_t day = from; day < to; day++)
			before[day + 1] = (struct sum){ before[day].r + on[day].r,
				before[day].v + on[day].v, before[day].a + on[day].a };
	}
}

struct sum
sums_total(const struct sums *sums, uint32_t segment, int32_t from, int32_t to)
{
	const struct sum *on = sums->on + segment * sums->days;
	struct sum total = { 0 };

	for (int32_t day = from; day < to; day++) {
		total.r += on[day].r;
		total.v += on[day].v;
		total.a += on[day].a;
	}
	return total;
}

void
sums_release(struct sums *sums)
{
	free(sums->on);
	free(sums->before);
}
