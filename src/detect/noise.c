#include <math.h>
#include <stdlib.h>

#include "mem.h"
#include "noise.h"

enum { BLOCKS = 24, BLOCKS_LEAST = 4 };
static const double prior_blocks = 20;
static const double family_weight = .7; /* of all but the company's own estimate */
static const double pair_extra = .003;
static const double company_least = .0005;

/* What one block of days says of a segment's noise: q beyond b is noise, in units of v. */
struct block {
	double q, b, v;
};

/* Six steps to the variance that explains the blocks, a few wild ones cut short. */
static double
estimate(const struct block *blocks, size_t count)
{
	const double cut = 4, kept = .9205; /* the mean of a chi-square cut there */
	double sum_v = 0, noise = NOISE_PRIOR;

	for (size_t i = 0; i < count; i++)
		sum_v += blocks[i].v;
	if (count == 0)
		return noise;
	double weight = prior_blocks * sum_v / (double)count;
	for (int step = 0; step < 6; step++) {
		double more = weight * NOISE_PRIOR;
		for (size_t i = 0; i < count; i++) {
			double most = cut * (blocks[i].b + blocks[i].v * noise);
			more += fmin(blocks[i].q, most) / kept - blocks[i].b;
		}
		noise = fmax(more / (sum_v + weight), 0);
	}
	return noise;
}

static double
offset_of(const struct company *company, uint32_t segment, struct sum past)
{
	return past.r / (past.v + 1 / company_own_variance(company, segment));
}

/* The blocks of one segment, newest first; for the company the rest is nothing. */
static size_t
blocks_of(const struct company *company, uint32_t segment, int32_t until, int32_t count,
    struct block *blocks)
{
	const struct sums *sums = &company->recorded;
	struct sum past = sums_span(sums, segment, until - count * NOISE_DAYS, until);
	struct sum whole = sums_span(sums, COMPANY, until - count * NOISE_DAYS, until);
	double own = offset_of(company, segment, past);
	double usual = offset_of(company, COMPANY, whole);
	size_t used = 0;

	for (int32_t i = 0; i < count; i++) {
		int32_t to = until - i * NOISE_DAYS;
		struct sum here = sums_span(sums, segment, to - NOISE_DAYS, to);
		struct sum all = sums_span(sums, COMPANY, to - NOISE_DAYS, to);
		double r = here.r - own * here.v, vg = 0;
		if (!(here.v > 1))
			continue;
		if (segment != COMPANY)
			vg = 1 / (fmax(all.v - here.v, 0) + 1 / company->noise[COMPANY]);
		r -= here.v * (all.r - usual * all.v - r) * vg;
		blocks[used++] = (struct block){ r * r / here.v,
			1 - here.v / fmax(past.v, 1e-9) + here.v * vg, here.v };
	}
	return used;
}

static double
family_noise(const struct company *company, uint32_t family, int32_t until, int32_t count)
{
	const struct segments *segments = company->segments;
	struct block *blocks = mem_new(segments->count * BLOCKS, sizeof *blocks);
	size_t used = 0;

	for (uint32_t i = 0; i < segments->count; i++)
		if (segments->at[i].family == family)
			used += blocks_of(company, i, until, count, blocks + used);
	double noise = estimate(blocks, used);
	free(blocks);
	return noise;
}

/* The company's first, since all others are judged beside it; pairs after their parts. */
void
noise_measure(struct company *company, int32_t until)
{
	const struct segments *segments = company->segments;
	int32_t count = until / NOISE_DAYS < BLOCKS ? until / NOISE_DAYS : BLOCKS;

	if (count < BLOCKS_LEAST)
		return;
	for (uint32_t f = 0; f < segments->families; f++) {
		double noise = family_noise(company, f, until, count);
		const uint32_t *parts = segments->family_parts[f];
		if (f == COMPANY)
			noise = fmax(noise, company_least);
		else
			noise *= family_weight;
		if (segments->family_level[f] == LEVEL_PAIR)
			noise = fmin(noise,
			    company->noise[parts[0]] + company->noise[parts[1]] + pair_extra);
		company->noise[f] = noise;
	}
}
