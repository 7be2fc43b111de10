#include <math.h>
#include <stdlib.h>

#include "company.h"
#include "mem.h"
#include "noise.h"

const int32_t company_windows[WINDOWS] = { 7, 14, 21, 28, 42, 56, 84, 112, 140 };
static const double week_correlation = .6;

/* Variance of the mean of some days of noise that weeks share, relative to 28 days. */
static double
spread(double weeks)
{
	const double rho = week_correlation;
	double mean = weeks * (1 - rho);

	return (weeks * (1 - rho * rho) - 2 * rho * (1 - pow(rho, weeks))) / (mean * mean);
}

/* Short windows are tried more often: they must show more. */
static double
threshold(double base, int32_t days)
{
	return sqrt(base * base + 2 * log(84. / days));
}

void
company_make(struct company *company, const struct segments *segments,
    const struct rules *rules, int32_t days)
{
	*company = (struct company){ .segments = segments, .rules = rules };
	sums_make(&company->windows, segments->count, (size_t)days);
	sums_make(&company->usual, segments->count, (size_t)days);
	company->apart = mem_new(segments->count, sizeof company->apart[0]);
	company->shift = mem_new(segments->deals->count + 1, sizeof company->shift[0]);
	for (size_t i = 0; i < segments->count; i++)
		company->apart[i] = -1;
	company->noise = mem_new(segments->families, sizeof company->noise[0]);
	for (size_t week = 0; week <= SCAN_HISTORY / 7; week++)
		company->scale[week] = spread(fmax((double)week, 1)) / spread(NOISE_DAYS / 7.);
	for (size_t w = 0; w < WINDOWS; w++)
		for (size_t level = 0; level < LEVELS; level++)
			company->threshold[level][w] =
			    threshold(rules->win_rate.threshold[level], company_windows[w]);
	for (size_t i = 0; i < segments->families; i++)
		company->noise[i] = NOISE_PRIOR;
}

/* A deal of segments that are set apart counts for that one; of two, for none. */
void
company_deal(struct company *company, size_t deal)
{
	const struct deals *deals = company->segments->deals;
	const uint32_t *of = segments_of(company->segments, deal);
	double chance = expect_chance(&company->expect, deals, deal), v = chance * (1 - chance);
	struct sum sum = { deals->at[deal].won - chance - company->shift[deal] * v, v };
	uint32_t alone[] = { SEGMENT_NONE, SEGMENT_NONE };

	for (const uint32_t *s = of; *s != SEGMENT_NONE; s++)
		if (*s != COMPANY && company->apart[*s] >= 0) {
			if (alone[0] != SEGMENT_NONE)
				return;
			alone[0] = *s;
		}
	sums_put(&company->windows, alone[0] != SEGMENT_NONE ? alone : of,
	    deals->at[deal].recorded - company->first, sum);
}

/* Sums up days that have got their deals, and remembers which are usual. */
static void
run(struct company *company, int32_t from, int32_t to)
{
	int32_t all = company->apart[COMPANY];

	sums_copy(&company->usual, &company->windows, from, to);
	for (uint32_t i = 0; i < company->segments->count; i++) {
		int32_t apart = company->apart[i];
		if (apart < 0 || (all >= 0 && all < apart))
			apart = all;
		if (apart >= 0)
			sums_forget(&company->usual, i, apart > from ? apart : from, to);
	}
	sums_run(&company->windows, from, to);
	sums_run(&company->usual, from, to);
}

void
company_close(struct company *company, int32_t day)
{
	run(company, day, day + 1);
}

/* All over again, of the deals recorded before a day. */
static void
rebuild(struct company *company, int32_t day)
{
	size_t known = deals_from(company->segments->deals, company->first + day);

	sums_clear(&company->windows);
	for (size_t i = 0; i < known; i++)
		company_deal(company, i);
	run(company, 0, day);
}

static void
add_shift(struct company *company, uint32_t segment, int32_t from, int32_t to, double shift)
{
	const struct segments *segments = company->segments;
	size_t end = deals_from(segments->deals, company->first + to);

	for (size_t i = deals_from(segments->deals, company->first + from); i < end; i++)
		if (segments_has(segments, segment, i))
			company->shift[i] += shift;
}

void
company_set_apart(struct company *company, uint32_t segment, int32_t from, int32_t today)
{
	company->apart[segment] = from;
	rebuild(company, today + 1);
}

void
company_end(struct company *company, uint32_t segment, int32_t to, double shift, int32_t today)
{
	int32_t from = company->apart[segment];

	if (to > from)
		add_shift(company, segment, from, to, shift);
	company->apart[segment] = -1;
	rebuild(company, today + 1);
}

void
company_accept(struct company *company, uint32_t segment, double shift, int32_t today)
{
	int32_t from = company->apart[segment];

	add_shift(company, segment, 0, from, -shift);
	company->apart[segment] = -1;
	rebuild(company, today + 1);
}

void
company_refit(struct company *company, int32_t day)
{
	company->expect =
	    expect_fit(company->segments->deals, company->first, company->first + day);
	rebuild(company, day);
	noise_measure(company, day);
}

double
company_spread(const struct company *company, double offset)
{
	double rate = company->expect.rate;
	double own = fmin(fmax(rate + offset * rate * (1 - rate), .02), .98);

	return own * (1 - own) / (rate * (1 - rate));
}

void
company_release(struct company *company)
{
	sums_release(&company->windows);
	sums_release(&company->usual);
	free(company->apart);
	free(company->shift);
	free(company->noise);
}
