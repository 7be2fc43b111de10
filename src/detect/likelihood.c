#include <math.h>

#include "likelihood.h"
#include "mem.h"

enum { STEPS = 6 };
static const double close_enough = 1e-3, largest = 3; /* logits */

/* A chance whose odds against are so many times what they were: an exponential for all deals. */
static double
chance_at(double chance, double against)
{
	return chance / (chance + (1 - chance) * against);
}

double
likelihood_shift(const struct company *company, const struct incident *incident)
{
	double shift = incident->shift, step = 1;

	for (int i = 0; i < STEPS && fabs(step) >= close_enough; i++) {
		double r = 0, v = 0, against = exp(incident->shift - shift);
		for (size_t k = 0; k < incident->count; k++) {
			uint32_t deal = incident->deals[k];
			double p = chance_at(company->chance[deal], against);
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
	double sum = 0, most = -INFINITY, against = exp(incident->shift);

	for (size_t i = 0; i < incident->count; i++) {
		uint32_t deal = incident->deals[i];
		double with = company->chance[deal];
		bool lost = !company->segments->deals->at[deal].won;
		sum += log(with + (1 - with) * against) - lost * incident->shift;
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
	double against = exp(incident->shift);

	for (size_t i = 0; i < incident->count; i++) {
		uint32_t deal = incident->deals[i];
		double with = company->chance[deal];
		double without = chance_at(with, against);
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
