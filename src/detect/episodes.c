#include <math.h>
#include <stdlib.h>

#include "episodes.h"
#include "evidence.h"
#include "mem.h"

enum { MEMORY = 28, NORMAL = 180, A_DAY_MOST = 8 };

void
episodes_make(struct episodes *episodes, struct scan *scan)
{
	*episodes = (struct episodes){ .scan = scan };
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
is_large(const struct scan *scan, const struct episode *episode, int32_t today)
{
	const struct rules *rules = scan->rules;
	int32_t day = scan->first + today, from = day - episode->surprise.days + 1;

	if (rules->win_rate.min_points > 0) {
		struct counts window =
		    evidence_counts(scan->segments, episode->segment, from, day);
		double points = 100 * fabs(episode->surprise.lack) / fmax(window.n, 1);
		if (points < rules->win_rate.min_points)
			return false;
	}
	return rules->win_rate.min_pipeline == 0
	    || evidence_open(scan->segments, episode->segment, day).amount
	    >= rules->win_rate.min_pipeline;
}

static void
tell(const struct scan *scan, struct episode *episode, int32_t today)
{
	enum level level = scan->segments->at[episode->segment].level;

	if (episode->told || !is_wanted(scan->rules, level, episode->sign)
	    || !is_large(scan, episode, today))
		return;
	episode->told = true;
	episode->opened = today;
}

/* Whether lately it is nearer to what the episode was than to what was usual before. */
static bool
has_stayed(const struct scan *scan, const struct episode *episode, int32_t today)
{
	struct surprise lately = scan_lately(scan, episode->segment, today);

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
		    || !segments_nested(episodes->scan->segments, other->segment, segment))
			continue;
		other->live = false;
		scan_end(episodes->scan, other->segment, 0, today); /* as if never */
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
	scan_set_apart(episodes->scan, segment, from, today);
	tell(episodes->scan, episode, today);
}

static void
keep(struct episodes *episodes, struct episode *episode, int32_t today)
{
	const struct scan *scan = episodes->scan;

	episode->surprise =
	    scan_segment(scan, episode->segment, today, episode->longest, episode->sign);
	if (surprise_fires(&episode->surprise) && episode->surprise.z * episode->sign > 0) {
		episode->fired = today;
		tell(scan, episode, today);
	}
	bool stays = has_stayed(scan, episode, today), old = today - episode->began >= NORMAL;
	if (!old && (stays || today - episode->fired < MEMORY))
		return;
	episode->live = false;
	if (stays)
		scan_accept(episodes->scan, episode->segment, today);
	else
		scan_end(episodes->scan, episode->segment, episode->fired + 1, today);
}

/* The segment without an episode that goes furthest beyond its threshold. */
static uint32_t
most_surprising(const struct scan *scan, int32_t today, struct surprise *found)
{
	uint32_t best = SEGMENT_NONE;
	double most = 0;

	for (uint32_t i = 0; i < scan->segments->count; i++) {
		if (scan->apart[i] >= 0)
			continue;
		struct surprise here = scan_segment(scan, i, today, SCAN_LONGEST, 0);
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
name(const struct scan *scan, uint32_t fired, int sign, int32_t today)
{
	const struct segment *segment = &scan->segments->at[fired];
	double best = scan_name(scan, fired, today, sign);
	uint32_t named = fired;

	for (uint32_t i = 0; i < segment->near_count; i++) {
		uint32_t other = segment->near[i];
		double here = scan_name(scan, other, today, sign);
		if (scan->apart[other] < 0 && here > best) {
			best = here;
			named = other;
		}
	}
	return named;
}

void
episodes_day(struct episodes *episodes, int32_t today)
{
	const struct scan *scan = episodes->scan;
	struct surprise found = { .days = 0 };

	for (size_t i = 0; i < episodes->count; i++)
		if (episodes->at[i].live)
			keep(episodes, &episodes->at[i], today);
	for (int round = 0; round < A_DAY_MOST; round++) {
		uint32_t fired = most_surprising(scan, today, &found);
		if (fired == SEGMENT_NONE)
			return;
		int sign = found.z < 0 ? -1 : 1;
		uint32_t named = name(scan, fired, sign, today);
		if (named != fired)
			found = scan_segment(scan, named, today, SCAN_LONGEST, sign);
		begin(episodes, named, &found, today);
	}
}

void
episodes_release(struct episodes *episodes)
{
	free(episodes->at);
}
