#include <math.h>

#include "likelihood.h"
#include "mem.h"

enum { STEPS = 6 };
static const double close_enough = 1e-3, largest = 3; /* logits */

static double
logit_now(const struct company *company, uint32_t deal)
{
	return company->logit[deal] + company->shift[deal];
}

double
likelihood_shift(const struct company *company, const struct incident *incident)
{
	double shift = incident->shift, step = 1;

	for (int i = 0; i < STEPS && fabs(step) >= close_enough; i++) {
		double r = 0, v = 0;
		for (size_t k = 0; k < incident->count; k++) {
			uint32_t deal = incident->deals[k];
			double x = logit_now(company, deal) - incident->shift;
			double p = chance_of(x + shift);
			r += company->segments->deals->at[deal].won - p;
			v += p * (1 - p);
		}
		step = (r - shift) / (v + 1);
		shift += step;
	}
	return fmax(-largest, fmin(shift, largest));
}

struct course
likelihood_course(const struct company *company, const struct incident *incident)
{
	struct course course = { .best = 0 };
	double sum = 0, most = -INFINITY;

	for (size_t i = 0; i < incident->count; i++) {
		uint32_t deal = incident->deals[i];
		double x = logit_now(company, deal);
		double with = chance_of(x), without = chance_of(x - incident->shift);
		bool won = company->segments->deals->at[deal].won;
		sum += won ? log(with / without) : log((1 - with) / (1 - without));
		if (sum > most) {
			most = sum;
			course.best = sum > 0 ? i + 1 : 0;
		}
	}
	course.fall = incident->count > 0 ? most - sum : 0;
	return course;
}

struct sum *
likelihood_taken(const struct company *company, const struct incident *incident, bool cohort)
{
	const struct segments *segments = company->segments;
	struct sum *taken = mem_new(segments->count, sizeof *taken);

	for (size_t i = 0; i < incident->count; i++) {
		uint32_t deal = incident->deals[i];
		double with = company->chance[deal];
		double without = chance_of(logit_now(company, deal) - incident->shift);
		if (cohort
		    && segments->deals->at[deal].created < company->first + incident->from)
			continue;
		for (const uint32_t *s = segments_of(segments, deal); *s != SEGMENT_NONE; s++) {
			taken[*s].r += with - without;
			taken[*s].v += without * (1 - without) - with * (1 - with);
		}
	}
	return taken;
}
