#include <math.h>
#include <stdlib.h>

#include "likelihood.h"
#include "mem.h"
#include "naming.h"

static const double prior[LEVELS] = { 1.5, 1.5, 0, 1 };
static const double clearly = 3;

bool
naming_near(const struct company *company, uint32_t a, uint32_t b)
{
	const struct segment *segment = &company->segments->at[a];

	for (uint32_t i = 0; i < segment->near_count; i++)
		if (segment->near[i] == b)
			return true;
	return a == b;
}

/* z counts in the direction of the change only. */
static double
score_of(const struct company *company, uint32_t segment, double z)
{
	return (z > 0 ? z * z / 2 : -9) + prior[company->segments->at[segment].level];
}

/* How well a segment tells a change: windows of high thresholds count for less. */
static double
tells(const struct incidents *incidents, uint32_t segment, int sign)
{
	const double *threshold = incidents->scan.threshold + segment;
	size_t count = incidents->company->segments->count;
	double least = threshold[0], most = -INFINITY;

	for (size_t w = 1; w < WINDOWS; w++)
		least = fmin(least, threshold[w * count]);
	for (size_t w = 0; w < WINDOWS; w++)
		most = fmax(most,
		    sign * scan_z(&incidents->scan, segment, w)
			- (threshold[w * count] - least));
	return score_of(incidents->company, segment, most);
}

uint32_t
naming_best(const struct incidents *incidents, uint32_t fired, int sign)
{
	const struct segment *segment = &incidents->company->segments->at[fired];
	double best = tells(incidents, fired, sign);
	uint32_t named = fired;

	for (uint32_t i = 0; i < segment->near_count; i++) {
		double here = tells(incidents, segment->near[i], sign);
		if (here > best) {
			best = here;
			named = segment->near[i];
		}
	}
	return named;
}

/* The segment that explains the span of an incident best; *own: how well its own does. */
static struct name
name_in(const struct incidents *incidents, const struct incident *incident, bool cohort,
    int32_t today, double *own)
{
	const struct company *company = incidents->company;
	struct sum *more = likelihood_taken(company, incident, cohort);
	struct name best = { .segment = SEGMENT_NONE };

	for (uint32_t i = 0; i < company->segments->count; i++) {
		double z = incident->sign
		    * scan_since(&incidents->scan, i, incident->from, cohort, today, more).raw;
		double score = score_of(company, i, z) - cohort;
		if (best.segment == SEGMENT_NONE || score > best.score)
			best = (struct name){ i, cohort, score };
		if (i == incident->segment && cohort == incident->cohort)
			*own = score;
	}
	free(more);
	return best;
}

bool
naming_better(const struct incidents *incidents, const struct incident *incident, int32_t today,
    struct name *name)
{
	double own = 0;

	if (incident->count == 0)
		return false;
	*name = name_in(incidents, incident, false, today, &own);
	struct name cohort = name_in(incidents, incident, true, today, &own);
	if (cohort.score > name->score)
		*name = cohort;
	return name->segment != incident->segment && name->score > own + clearly;
}
