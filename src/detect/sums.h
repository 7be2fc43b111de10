/*
 * sums - by segment and day: r, how many more were won than expected, and v, how much that
 * would vary by chance alone; cumulated, so that any span of days is one subtraction.
 *
 * Days count from 0.  The deals of a day are put in, in any order; then the day is run, once,
 * in order of days.  Until it is, days can be copied from elsewhere, or forgotten.
 */
#ifndef SUMS_H
#define SUMS_H

#include <stddef.h>
#include <stdint.h>

struct sum {
	double r, v;
};

struct sums {
	size_t segments, days;
	struct sum *at; /* [segment][days + 1]; up to, not with, a day */
};

void sums_make(struct sums *, size_t segments, size_t days);
void sums_clear(struct sums *);
void sums_put(struct sums *, const uint32_t *segments, int32_t day, struct sum);
void sums_run(struct sums *, int32_t from, int32_t to); /* from included, to not */
void sums_copy(struct sums *to, const struct sums *from, int32_t first, int32_t end);
void sums_forget(struct sums *, uint32_t segment, int32_t from, int32_t to);
void sums_release(struct sums *);

static inline struct sum
sums_span(const struct sums *sums, uint32_t segment, int32_t from, int32_t to)
{
	const struct sum *row = sums->at + segment * (sums->days + 1);

	return (struct sum){ row[to].r - row[from].r, row[to].v - row[from].v };
}

#endif
