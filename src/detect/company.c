#include <stdlib.h>

#include "company.h"
#include "mem.h"
#include "noise.h"

enum { TRAIN = 730, GAP = 112, GAP_FROM = 90, NOISE_FROM = 148 }; /* days */

static const double own_variance[LEVELS] = { .01, .01, .02, .03 };

double
company_own_variance(const struct company *company, uint32_t segment)
{
	return own_variance[company->segments->at[segment].level];
}

/* The decided deals of each segment, one segment after the other. */
static void
list_deals(struct company *company)
{
	const struct segments *segments = company->segments;
	size_t decided = segments->deals->decided;
	uint32_t *end = mem_new(segments->count + 2, sizeof *end);

	for (size_t i = 0; i < decided; i++)
		for (const uint32_t *s = segments_of(segments, i); *s != SEGMENT_NONE; s++)
			end[*s + 2] += !company->left_out[i];
	for (size_t s = 2; s < segments->count + 2; s++)
		end[s] += end[s - 1];
	company->deals = mem_new(end[segments->count + 1] + 1, sizeof company->deals[0]);
	for (size_t i = 0; i < decided; i++)
		for (const uint32_t *s = segments_of(segments, i); *s != SEGMENT_NONE; s++)
			if (!company->left_out[i])
				company->deals[end[*s + 1]++] = (uint32_t)i;
	company->deals_of = end;
}

void
company_make(struct company *company, const struct segments *segments,
    const struct rules *rules, const bool *left_out, int32_t first, int32_t days)
{
	size_t deals = segments->deals->decided + 1;

	*company = (struct company){ .segments = segments,
		.rules = rules,
		.left_out = left_out,
		.first = first,
		.days = days };
	expect_make(&company->expect, segments->deals);
	sums_make(&company->recorded, segments->count, (size_t)days);
	sums_make(&company->created, segments->count, (size_t)days);
	company->logit = mem_new(deals, sizeof(double));
	company->age = mem_new(deals, sizeof(double));
	company->shift = mem_new(deals, sizeof(double));
	company->chance = mem_new(deals, sizeof(double));
	company->noise = mem_new(segments->families, sizeof(double));
	for (size_t i = 0; i < segments->families; i++)
		company->noise[i] = NOISE_PRIOR;
	list_deals(company);
}

/* Puts a difference of the sums where a deal counts. */
static void
count(struct company *company, size_t deal, struct sum sum)
{
	const struct deal *at = &company->segments->deals->at[deal];
	const uint32_t *of = segments_of(company->segments, deal);

	sums_add(&company->recorded, of, at->recorded - company->first, sum);
	if (at->created >= company->first + company->cohorts)
		sums_add(&company->created, of, at->created - company->first, sum);
}

static void
judge(struct company *company, size_t deal)
{
	double p = chance_of(company->logit[deal] + company->shift[deal]), v = p * (1 - p);

	company->chance[deal] = p;
	count(company, deal,
	    (struct sum){
		company->segments->deals->at[deal].won - p, v, v * company->age[deal] });
}

void
company_deal(struct company *company, size_t deal)
{
	company->logit[deal] = expect_logit(&company->expect, deal);
	company->age[deal] = expect_age(&company->expect, deal);
	judge(company, deal);
}

void
company_close(struct company *company, int32_t day)
{
	sums_run(&company->recorded, day, day + 1);
}

static size_t
from_day(const struct company *company, int32_t day)
{
	return deals_from(company->segments->deals, company->first + day);
}

void
company_refit(struct company *company, int32_t day, int32_t oldest)
{
	int32_t gap = (day - GAP_FROM) / 3 < GAP ? (day - GAP_FROM) / 3 : GAP;
	int32_t window = day - LONGEST < oldest ? day - LONGEST : oldest;
	int32_t reach = window > HISTORY ? window - HISTORY : 0;
	size_t known = from_day(company, day);

	expect_fit(&company->expect, from_day(company, day - gap - TRAIN),
	    from_day(company, day - gap), company->left_out, company->shift);
	company->cohorts = window > 0 ? window : 0;
	sums_clear(&company->recorded, reach, day);
	sums_clear(&company->created, company->cohorts, day);
	for (size_t i = from_day(company, reach); i < known; i++)
		if (!company->left_out[i])
			company_deal(company, i);
	sums_begin(&company->recorded, reach);
	sums_run(&company->recorded, reach, day);
	if (day >= NOISE_FROM)
		noise_measure(company, day);
}

/* What was added and taken away again leaves nothing, whatever the last digits say. */
static double
shifted(double shift, double by)
{
	return fabs(shift + by) < 1e-9 ? 0 : shift + by;
}

void
company_shift(
    struct company *company, const uint32_t *deals, size_t count_of, double by, int32_t today)
{
	const struct deals *all = company->segments->deals;

	if (count_of == 0)
		return;
	for (size_t i = 0; i < count_of; i++) {
		size_t deal = deals[i];
		double before = company->chance[deal];
		company->shift[deal] = shifted(company->shift[deal], by);
		double p = chance_of(company->logit[deal] + company->shift[deal]);
		double v = p * (1 - p) - before * (1 - before);
		company->chance[deal] = p;
		count(company, deal, (struct sum){ before - p, v, v * company->age[deal] });
	}
	sums_run(&company->recorded, all->at[deals[0]].recorded - company->first, today + 1);
}

/* The first of a segment's deals that is that one or a later one. */
static const uint32_t *
deal_from(const struct company *company, uint32_t segment, size_t deal)
{
	size_t low = company->deals_of[segment], high = company->deals_of[segment + 1];

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (company->deals[middle] < deal)
			low = middle + 1;
		else
			high = middle;
	}
	return company->deals + low;
}

size_t
company_recorded(const struct company *company, uint32_t segment, int32_t from, int32_t to,
    const uint32_t **deals)
{
	*deals = deal_from(company, segment, from_day(company, from));
	return (size_t)(deal_from(company, segment, from_day(company, to + 1)) - *deals);
}

void
company_release(struct company *company)
{
	expect_release(&company->expect);
	sums_release(&company->recorded);
	sums_release(&company->created);
	free(company->logit);
	free(company->age);
	free(company->shift);
	free(company->chance);
	free(company->noise);
	free(company->deals);
	free(company->deals_of);
}
