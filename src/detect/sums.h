/*
 * sums - by day and segment: r, how many more were won than expected; v, how much that would
 * vary by chance alone; a, v times the age part of what was expected.
 *
 * Days count from 0.  What happens on a day is added to it; sums_run() then cumulates from
 * the first day that changed to the last one known, so that any span of run days is one
 * subtraction.  A day is a row: r of all segments, then v, then a.
 */
#ifndef SUMS_H
#define SUMS_H

#include <stddef.h>
#include <stdint.h>

struct sum {
	double r, v, a;
};

struct sums {
	size_t segments, row; /* numbers in a row */
	double *on; /* [day]; of the day */
	double *before; /* [day]; of the days before it, one more than there are days */
};

void sums_make(struct sums *, size_t segments, size_t days);
void sums_clear(struct sums *, int32_t from, int32_t to); /* from included, to not */
void sums_add(struct sums *, const uint32_t *segments, int32_t day, struct sum);
void sums_begin(struct sums *, int32_t day); /* nothing is before it any more */
void sums_run(struct sums *, int32_t from, int32_t to);
struct sum sums_total(const struct sums *, uint32_t segment, int32_t from, int32_t to);
void sums_release(struct sums *);

/* Of all segments, a row. */
void sums_spans(const struct sums *, int32_t from, int32_t to, double *restrict row);
void sums_totals(const struct sums *, int32_t from, int32_t to, double *restrict row);

static inline struct sum
sums_of(const double *row, size_t segments, uint32_t segment)
{
	row += segment;
	return (struct sum){ row[0], row[segments], row[2 * segments] };
}

static inline const double *
sums_before(const struct sums *sums, int32_t day)
{
	return sums->before + (size_t)day * sums->row;
}

/* Of run days. */
static inline struct sum
sums_span(const struct sums *sums, uint32_t segment, int32_t from, int32_t to)
{
	struct sum a = sums_of(sums_before(sums, from), sums->segments, segment);
	struct sum b = sums_of(sums_before(sums, to), sums->segments, segment);

	return (struct sum){ b.r - a.r, b.v - a.v, b.a - a.a };
}

#endif
