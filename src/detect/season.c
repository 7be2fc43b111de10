#include <math.h>

#include "season.h"

/* Whether the earlier bucket stands where the later one does, in another turn of the season. */
static bool
is_like(const struct chart_rules *rules, int32_t earlier, int32_t later)
{
	double apart = later - earlier, turns = round(apart / rules->period);

	return turns >= 1 && fabs(apart - turns * rules->period) <= rules->reach;
}

bool
season_mean(const struct chart *chart, const struct chart_rules *rules, size_t near,
    double from, double *mean)
{
	double sum = 0, weights = 0;

	while (near > 0 && chart->at[near - 1].bucket >= from)
		near--;
	for (size_t i = near; i < chart->count && chart->at[i].bucket < from + rules->period;
	     i++) {
		const struct chart_point *point = &chart->at[i];
		if (!point->usual || point->bucket < from)
			continue;
		sum += point->weight * point->x;
		weights += point->weight;
	}
	*mean = weights > 0 ? sum / weights : 0;
	return weights > 0;
}

bool
season_at(
    const struct chart *chart, const struct chart_rules *rules, int32_t bucket, double *season)
{
	double sum = 0, weights = 0, mean;

	for (size_t i = 0; i < chart->count; i++) {
		const struct chart_point *point = &chart->at[i];
		if (!point->usual || !is_like(rules, point->bucket, bucket))
			continue;
		double from = fmax(point->bucket - rules->period / 2, chart->at[0].bucket);
		if (!season_mean(chart, rules, i, from, &mean))
			continue;
		sum += point->weight * (point->x - mean);
		weights += point->weight;
	}
	*season = weights > 0 ? sum / weights : 0;
	return weights > 0;
}
