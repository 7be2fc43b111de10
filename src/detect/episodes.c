#include <math.h>
#include <stdlib.h>

#include "episodes.h"
#include "evidence.h"
#include "mem.h"

enum { MEMORY = 28, NORMAL = 180, A_DAY_MOST = 8 };

void
episodes_make(struct episodes *episodes, struct company *company)
{
	*episodes = (struct episodes){ .company = company };
}

const struct episode *
episodes_of(const struct episodes *episodes, uint32_t segment)
{
	for (size_t i = 0; i < episodes->count; i++)
		if (episodes->at[i].live && episodes->at[i].segment == segment)
			return &episodes->at[i];
	return NULL;
}

static bool
is_wanted(const struct rules *rules, enum level level, int sign)
{
	return rules->win_rate.level[level]
	    && (sign < 0 ? rules->win_rate.drop : rules->win_rate.rise);
}

/* Whether it is as large as the user asked, on that day. */
static bool
is_large(const struct company *company, const struct episode *episode, int32_t today)
{
	const struct rules *rules = company->rules;
	int32_t day = company->first + today, from = day - episode->surprise.days + 1;

	if (rules->win_rate.min_points > 0) {
		struct counts window =
		    evidence_counts(company->segments, episode->segment, from, day);
		double points = 100 * fabs(episode->surprise.lack) / fmax(window.n, 1);
		if (points < rules->win_rate.min_points)
			return false;
	}
	return rules->win_rate.min_pipeline == 0
	    || evidence_open(company->segments, episode->segment, day).amount
	    >= rules->win_rate.min_pipeline;
}

static void
tell(const struct company *company, struct episode *episode, int32_t today)
{
	enum level level = company->segments->at[episode->segment].level;

	if (episode->told || !is_wanted(company->rules, level, episode->sign)
	    || !is_large(company, episode, today))
		return;
	episode->told = true;
	episode->opened = today;
}

/* Whether lately it is nearer to what the episode was than to what was usual before. */
static bool
has_stayed(const struct company *company, const struct episode *episode, int32_t today)
{
	struct surprise lately = scan_lately(company, episode->segment, today);

	return lately.shift / episode->shift > .5;
}

/* The same change, told by a part or a whole of it until now. */
static void
replace(struct episodes *episodes, uint32_t segment, int sign, int32_t today)
{
	for (size_t i = 0; i < episodes->count; i++) {
		struct episode *other = &episodes->at[i];
		if (!other->live || other->sign != sign || other->segment == COMPANY
		    || segment == COMPANY
		    || !segments_nested(episodes->company->segments, other->segment, segment))
			continue;
		other->live = false;
		company_end(episodes->company, other->segment, 0, 0, today); /* as if never */
	}
}

static void
begin(
    struct episodes *episodes, uint32_t segment, const struct surprise *surprise, int32_t today)
{
	int sign = surprise->z < 0 ? -1 : 1;
	int32_t from = today - surprise->days + 1;

	replace(episodes, segment, sign, today);
	episodes->at = mem_grow(episodes->at, episodes->count + 1, sizeof episodes->at[0]);
	struct episode *episode = &episodes->at[episodes->count++];
	*episode = (struct episode){ .segment = segment,
		.sign = sign,
		.from = from,
		.began = today,
		.opened = today,
		.fired = today,

		.longest = surprise->days,
		.shift = surprise->shift,
		.live = true,
		.surprise = *surprise };
	company_set_apart(episodes->company, segment, from, today);
	tell(episodes->company, episode, today);
}

static void
keep(struct episodes *episodes, struct episode *episode, int32_t today)
{
	const struct company *company = episodes->company;

	episode->surprise =
	    scan_segment(company, episode->segment, today, episode->longest, episode->sign);
	if (surprise_fires(&episode->surprise) && episode->surprise.z * episode->sign > 0) {
		episode->fired = today;
		tell(company, episode, today);
	}
	bool stays = has_stayed(company, episode, today),
	     old = today - episode->began >= NORMAL;
	if (!old && (stays || today - episode->fired < MEMORY))
		return;
	episode->live = false;
	int32_t to = stays ? today + 1 : episode->fired + 1;
	double shift = scan_shift(company, episode->segment, to);
	if (stays)
		company_accept(episodes->company, episode->segment, shift, today);
	else
		company_end(episodes->company, episode->segment, to, shift, today);
}

/* The segment without an episode that goes furthest beyond its threshold. */
static uint32_t
most_surprising(const struct company *company, int32_t today, struct surprise *found)
{
	uint32_t best = SEGMENT_NONE;
	double most = 0;

	for (uint32_t i = 0; i < company->segments->count; i++) {
		if (company->apart[i] >= 0)
			continue;
		struct surprise here = scan_segment(company, i, today, SCAN_LONGEST, 0);
		if (here.days == 0 || fabs(here.z) - here.threshold <= most)
			continue;
		most = fabs(here.z) - here.threshold;
		*found = here;
		best = i;
	}
	return best;
}

/* Of a segment that fired and those near it, the one that tells the change best. */
static uint32_t
name(const struct company *company, uint32_t fired, int sign, int32_t today)
{
	const struct segment *segment = &company->segments->at[fired];
	double best = scan_name(company, fired, today, sign);
	uint32_t named = fired;

	for (uint32_t i = 0; i < segment->near_count; i++) {
		uint32_t other = segment->near[i];
		double here = scan_name(company, other, today, sign);
		if (company->apart[other] < 0 && here > best) {
			best = here;
			named = other;
		}
	}
	return named;
}

void
episodes_day(struct episodes *episodes, int32_t today)
{
	const struct company *company = episodes->company;
	struct surprise found = { .days = 0 };

	for (size_t i = 0; i < episodes->count; i++)
		if (episodes->at[i].live)
			keep(episodes, &episodes->at[i], today);
	for (int round = 0; round < A_DAY_MOST; round++) {
		uint32_t fired = most_surprising(company, today, &found);
		if (fired == SEGMENT_NONE)
			return;
		int sign = found.z < 0 ? -1 : 1;
		uint32_t named = name(company, fired, sign, today);
		if (named != fired)
			found = scan_segment(company, named, today, SCAN_LONGEST, sign);
		begin(episodes, named, &found, today);
	}
}

void
episodes_release(struct episodes *episodes)
{
	free(episodes->at);
}
