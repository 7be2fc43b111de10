#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "segments.h"
#include "sums.h"

void
sums_make(struct sums *sums, size_t segments, size_t days)
{
	*sums = (struct sums){ .segments = segments, .row = 3 * segments };
	sums->on = mem_new((days + 1) * sums->row, sizeof sums->on[0]);
	sums->before = mem_new((days + 1) * sums->row, sizeof sums->before[0]);
}

void
sums_clear(struct sums *sums, int32_t from, int32_t to)
{
	memset(sums->on + (size_t)from * sums->row, 0,
	    (size_t)(to - from) * sums->row * sizeof sums->on[0]);
}

void
sums_add(struct sums *sums, const uint32_t *segments, int32_t day, struct sum sum)
{
	size_t count = sums->segments;
	double *row = sums->on + (size_t)day * sums->row;

	for (; *segments != SEGMENT_NONE; segments++) {
		double *on = row + *segments;
		on[0] += sum.r;
		on[count] += sum.v;
		on[2 * count] += sum.a;
	}
}

void
sums_begin(struct sums *sums, int32_t day)
{
	memset(sums->before + (size_t)day * sums->row, 0, sums->row * sizeof sums->before[0]);
}

void
sums_run(struct sums *sums, int32_t from, int32_t to)
{
	size_t row = sums->row;

	for (size_t day = (size_t)from; day < (size_t)to; day++) {
		const double *on = sums->on + day * row, *before = sums->before + day * row;
		double *restrict after = sums->before + (day + 1) * row;
		for (size_t i = 0; i < row; i++)
			after[i] = before[i] + on[i];
	}
}

struct sum
sums_total(const struct sums *sums, uint32_t segment, int32_t from, int32_t to)
{
	struct sum total = { 0 };

	for (int32_t day = from; day < to; day++) {
		struct sum on =
		    sums_of(sums->on + (size_t)day * sums->row, sums->segments, segment);
		total.r += on.r;
		total.v += on.v;
		total.a += on.a;
	}
	return total;
}

void
sums_spans(const struct sums *sums, int32_t from, int32_t to, double *restrict row)
{
	const double *a = sums_before(sums, from), *b = sums_before(sums, to);

	for (size_t i = 0; i < sums->row; i++)
		row[i] = b[i] - a[i];
}

void
sums_totals(const struct sums *sums, int32_t from, int32_t to, double *restrict row)
{
	memset(row, 0, sums->row * sizeof row[0]);
	for (int32_t day = from; day < to; day++) {
		const double *on = sums->on + (size_t)day * sums->row;
		for (size_t i = 0; i < sums->row; i++)
			row[i] += on[i];
	}
}

void
sums_release(struct sums *sums)
{
	free(sums->on);
	free(sums->before);
}
