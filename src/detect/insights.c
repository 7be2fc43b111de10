#include <math.h>
#include <stdlib.h>

#include "insights.h"
#include "mem.h"

static const double condition_prior = 1.5; /* one condition is told rather than two */

void
insights_make(struct insights *insights, const struct segments *segments,
    const struct metrics *metrics, const struct rules *rules)
{
	*insights = (struct insights){ .segments = segments,
		.metrics = metrics,
		.rules = rules,
		.company = metrics->series };
	insights->at = mem_new(metrics->series + 1, sizeof insights->at[0]);
	for (size_t i = 0; i < metrics->series; i++) {
		uint32_t segment = segments_find(segments, metrics->segments[i]);
		if (segment == COMPANY)
			insights->company = i;
		if (segment == COMPANY
		    || (segment != SEGMENT_NONE && segments->at[segment].level == LEVEL_REP))
			segment = SEGMENT_NONE;
		insights->at[i].segment = segment;
	}
}

static void
move(struct insights *insights, const struct metric *metric, int sign)
{
	struct insight *insight = &insights->at[metric->series];

	insight->decided.won += sign * (double)metric->won;
	insight->decided.n += sign * (double)(metric->won + metric->lost);
	insight->cycle_days += sign * metric->cycle_days;
	insight->cycle_count += sign * metric->cycle_count;
}

/* Against the rest of the company. */
static double
z_of(const struct insights *insights, const struct insight *insight)
{
	struct counts all = insights->at[insights->company].decided, own = insight->decided;

	return stats_two_proportions(own.won, own.n, all.won - own.won, all.n - own.n).z;
}

static double
threshold_of(const struct insights *insights, const struct insight *insight)
{
	enum level level = insights->segments->at[insight->segment].level;

	return insights->rules->win_rate.threshold[level];
}

static bool
is_tried(const struct insights *insights, const struct insight *insight)
{
	return insight->segment != SEGMENT_NONE
	    && insight->decided.n >= insights->rules->insight.min_deals;
}

static bool
fires(const struct insights *insights, const struct insight *insight)
{
	struct counts all = insights->at[insights->company].decided;

	return is_tried(insights, insight)
	    && 100 * (rate_of(insight->decided) - rate_of(all))
	    >= insights->rules->insight.min_points
	    && z_of(insights, insight) > threshold_of(insights, insight);
}

static double
likely(const struct insights *insights, const struct insight *insight)
{
	double z = z_of(insights, insight);
	bool single = insights->segments->at[insight->segment].level == LEVEL_CONDITION;

	return z * z / 2 + (single ? condition_prior : 0);
}

/* One family is told once: by what is chosen already. */
static bool
is_told(const struct insights *insights, const struct insight *insight)
{
	for (size_t i = 0; i < insights->metrics->series; i++)
		if (insights->at[i].chosen
		    && segments_nested(
			insights->segments, insights->at[i].segment, insight->segment))
			return true;
	return false;
}

/* The best that fires and is no part of what is chosen, or NULL. */
static struct insight *
best(struct insights *insights)
{
	struct insight *found = NULL;

	for (size_t i = 0; i < insights->metrics->series; i++) {
		struct insight *insight = &insights->at[i];
		if (!fires(insights, insight) || is_told(insights, insight))
			continue;
		if (found == NULL || likely(insights, insight) > likely(insights, found))
			found = insight;
	}
	return found;
}

/* The window moves on: what is of that day comes in, what is too old goes out. */
void
insights_day(struct insights *insights, int32_t day)
{
	const struct metrics *metrics = insights->metrics;
	int32_t oldest = day - (int32_t)insights->rules->insight.days + 1;

	for (; insights->next < metrics->count && metrics->at[insights->next].day <= day;
	     insights->next++)
		move(insights, &metrics->at[insights->next], 1);
	for (; insights->last < insights->next && metrics->at[insights->last].day < oldest;
	     insights->last++)
		move(insights, &metrics->at[insights->last], -1);
}

void
insights_choose(struct insights *insights, int32_t day)
{
	struct insight *insight;

	if (insights->company == insights->metrics->series || !insights->rules->insight.on)
		return;
	insights->tried = 0;
	for (size_t i = 0; i < insights->metrics->series; i++) {
		insights->at[i].chosen = false;
		insights->tried += is_tried(insights, &insights->at[i]);
	}
	for (double i = 0;
	     i < insights->rules->insight.most && (insight = best(insights)) != NULL; i++) {
		insight->chosen = true;
		if (!insight->live)
			insight->opened = day;
	}
	for (size_t i = 0; i < insights->metrics->series; i++)
		insights->at[i].live = insights->at[i].chosen;
}

static double
cycle_of(const struct insight *insight)
{
	return insight->cycle_count > 0
	    ? (double)insight->cycle_days / (double)insight->cycle_count
	    : 0;
}

struct finding
insights_finding(const struct insights *insights, size_t series, int32_t day)
{
	const struct insight *insight = &insights->at[series];
	const struct insight *company = &insights->at[insights->company];
	struct finding finding = {
		.type = "segment_insight",
		.clock = insights->metrics->clock,
		.segment = insight->segment,
		.sign = 1,
		.day = day,
		.opened = insight->opened,
		.from = day - (int32_t)insights->rules->insight.days + 1,
		.to = day,
		.recent = insight->decided,
		.usual = company->decided,
		.expected = insight->decided.n * rate_of(company->decided),
		.z = z_of(insights, insight),
		.threshold = threshold_of(insights, insight),
		.tried = insights->tried,
	};

	if (cycle_of(insight) > 0)
		finding.velocity = cycle_of(company) / cycle_of(insight);
	finding_rates(&finding);
	return finding;
}

void
insights_release(struct insights *insights)
{
	free(insights->at);
}
