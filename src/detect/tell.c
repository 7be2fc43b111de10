#include <math.h>

#include "evidence.h"
#include "tell.h"

/* Whether it is as large as the user asked, on that day. */
static bool
is_large(const struct company *company, const struct incident *incident, double points,
    int32_t today)
{
	const struct rules *rules = company->rules;

	return points >= rules->win_rate.min_points
	    && (rules->win_rate.min_pipeline == 0
		|| evidence_open(company->segments, incident->segment, company->first + today)
			.amount
		    >= rules->win_rate.min_pipeline);
}

/* What moved, in points of the win rate. */
static double
points_of(const struct company *company, const struct incident *incident)
{
	double before = 0, after = 0;

	for (size_t i = 0; i < incident->count; i++) {
		double p = company->chance[incident->deals[i]];
		after += p;
		before += chance_of(log(p / (1 - p)) - incident->shift);
	}
	return 100 * fabs(after - before) / fmax((double)incident->count, 1);
}

void
tell(const struct incidents *incidents, struct incident *incident, int32_t today)
{
	const struct company *company = incidents->company;
	const struct rules *rules = company->rules;
	enum level level = company->segments->at[incident->segment].level;

	if (!rules->win_rate.level[level]
	    || !(incident->sign < 0 ? rules->win_rate.drop : rules->win_rate.rise)
	    || !is_large(company, incident, points_of(company, incident), today))
		return;
	incident->told = true;
	incident->opened = incident->raised = today;
}
