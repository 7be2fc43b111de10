/*
 * sums - by segment and day: r, how many more were won than expected; v, how much that would
 * vary by chance alone; a, v times the age part of what was expected.
 *
 * Days count from 0.  What happens on a day is added to it; sums_run() then cumulates from
 * the first day that changed to the last one known, so that any span of run days is one
 * subtraction.
 */
#ifndef SUMS_H
#define SUMS_H

#include <stddef.h>
#include <stdint.h>

struct sum {
	double r, v, a;
};

struct sums {
	size_t segments, days;
	struct sum *on; /* [segment][days] */
	struct sum *before; /* [segment][days + 1]; of the days before one */
};

void sums_make(struct sums *, size_t segments, size_t days);
void sums_clear(struct sums *);
void sums_add(struct sums *, const uint32_t *segments, int32_t day, struct sum);
void sums_run(struct sums *, int32_t from, int32_t to); /* from included, to not */
struct sum sums_total(const struct sums *, uint32_t segment, int32_t from, int32_t to);
void sums_release(struct sums *);

/* Of run days. */
static inline struct sum
sums_span(const struct sums *sums, uint32_t segment, int32_t from, int32_t to)
{
	const struct sum *before = sums->before + segment * (sums->days + 1);
	const struct sum *a = before + from, *b = before + to;

	return (struct sum){ b->r - a->r, b->v - a->v, b->a - a->a };
}

#endif
