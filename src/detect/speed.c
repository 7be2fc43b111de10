#include <math.h>
#include <stdlib.h>

#include "mem.h"
#include "notice.h"
#include "pace.h"
#include "survival.h"

enum {
	FIRST = 180, /* the first day that is told */
	QUIET = 28, /* days without it, and a slowdown is over */
	ACCEPT = 365, /* days, and it is what is usual */
	QUARTER = 13, /* weeks */
};
#define CLOSE 2. /* z above which a slowdown lasts */
#define COMPANY_MORE .8 /* threshold: the company has no rest to be compared with */

static const char *const keys[] = { "on", "threshold", "max_false_alarms_per_quarter",
	"min_pipeline", NULL };

void
speed_rules(struct speed_rules *rules, const struct conf *conf)
{
	rules->tuning = tuning_read(
	    conf, "cycle_slowdown", keys, (struct tuning){ .on = true, .threshold = 4.2 });
}

static struct speed *
speed_at(const struct speeds *speeds, size_t week, size_t part)
{
	return &speeds->speed[week * speeds->parts + part];
}

/* Keeps the most surprising window of each part; how many parts have one. */
static size_t
judge_all(struct speeds *speeds, size_t week)
{
	struct speed *all = mem_new(speeds->parts * SPEED_WINDOWS, sizeof *all);
	size_t tried = 0;

	paces_judge(speeds, week, all);
	for (size_t part = 0; part < speeds->parts; part++) {
		struct speed most = { .window = 0 };
		double high = 0, low = 0;
		for (size_t window = 0; window < SPEED_WINDOWS; window++) {
			const struct speed *one = &all[part * SPEED_WINDOWS + window];
			high = fmax(high, one->z);
			low = fmin(low, one->z);
			if (one->window > 0 && (most.window == 0 || one->z > most.z))
				most = *one;
		}
		most.high = high;
		most.low = low;
		*speed_at(speeds, week, part) = most;
		tried += most.window > 0;
	}
	free(all);
	return tried;
}

/* What lives, by part: the event, and since when it is over or not. */
struct watch_of {
	size_t event; /* + 1; 0: none */
	int32_t seen, opened;
};

struct watching {
	struct watch_of *part;
	double threshold;
	size_t tried;
};

static double
threshold_of(const struct watching *watching, size_t part)
{
	return watching->threshold + (part == COMPANY ? COMPANY_MORE : 0);
}

static void
look_at(struct speeds *speeds, const struct watching *watching, size_t week, size_t part)
{
	const struct speed *speed = speed_at(speeds, week, part);
	struct event *event = &speeds->events.at[watching->part[part].event - 1];
	int32_t today = speeds->monday[week];
	double threshold = threshold_of(watching, part);

	if (speed->window == 0)
		return;
	event_look(event,
	    (struct look){ .day = today,
		.from = today - speed->window + 1,
		.count = speed->decided,
		.expected = speed->expected,
		.z = speed->z,
		.threshold = threshold,
		.tried = watching->tried,
		.seen = speed->z > CLOSE });
	if (speed->z > threshold)
		event_open(&speeds->events, event, &speeds->rules->tuning, today);
}

/* A slowdown of a year that lasts is what is usual: what was before it is not. */
static void
accept(struct speeds *speeds, size_t part, size_t week, int32_t from)
{
	for (size_t w = 0; w <= week; w++)
		speeds->unusual[part * speeds->weeks + w] = speeds->monday[w] <= from;
}

static void
follow(struct speeds *speeds, struct watching *watching, size_t week)
{
	int32_t today = speeds->monday[week];

	for (size_t part = 0; part < speeds->parts; part++) {
		struct watch_of *watch = &watching->part[part];
		if (watch->event == 0)
			continue;
		struct event *event = &speeds->events.at[watch->event - 1];
		if (speed_at(speeds, week, part)->z > CLOSE)
			watch->seen = today;
		bool usual = watch->seen == today && today - watch->opened > ACCEPT;
		if (usual)
			accept(speeds, part, week, event->from);
		if (usual || today - watch->seen > QUIET) {
			watch->event = 0;
			continue;
		}
		look_at(speeds, watching, week, part);
		speeds->unusual[part * speeds->weeks + week] = true;
	}
}

/* The most surprising part that is not known to be slow, or `parts`. */
static size_t
most_surprising(const struct speeds *speeds, const struct watching *watching, size_t week)
{
	size_t best = speeds->parts;
	double most = 0;

	for (size_t part = 0; part < speeds->parts; part++) {
		double beyond = speed_at(speeds, week, part)->z - threshold_of(watching, part);
		if (watching->part[part].event == 0 && beyond > most) {
			most = beyond;
			best = part;
		}
	}
	return best;
}

/* The company and one of its parts are not both named. */
static bool
is_other_level(const struct speeds *speeds, const struct watching *watching, size_t part)
{
	bool other = false;

	for (size_t p = 0; p < speeds->parts; p++)
		if (watching->part[p].event != 0)
			other |= (p == COMPANY) != (part == COMPANY);
	return other;
}

static struct condition
condition_of(const struct segments *segments, uint32_t segment)
{
	return segments->at[segment].conditions == 0
	    ? (struct condition){ .dimension = CODE_NONE }
	    : segments->at[segment].condition[0];
}

static void
begin(struct speeds *speeds, struct watching *watching, size_t week, size_t part)
{
	int32_t today = speeds->monday[week];
	int32_t from = today - speed_at(speeds, week, part)->window;
	bool tell = !is_other_level(speeds, watching, part);

	event_add(&speeds->events,
	    (struct event){ .type = "cycle_slowdown",
		.clock = "created",
		.part = condition_of(speeds->segments, speeds->segment[part]),
		.sign = 1,
		.from = from,
		.opened = -1,
		.silent = tell ? today : INT32_MAX });
	watching->part[part] = (struct watch_of){ speeds->events.count, today, today };
	look_at(speeds, watching, week, part);
	for (size_t w = 0; w <= week; w++)
		if (speeds->monday[w] > from)
			speeds->unusual[part * speeds->weeks + w] = true;
}

static void
watch(struct speeds *speeds)
{
	struct watching watching = { .part = mem_new(speeds->parts, sizeof watching.part[0]) };

	for (size_t week = 0, part; week < speeds->weeks; week++) {
		if (speeds->monday[week] < FIRST)
			continue;
		watching.tried = judge_all(speeds, week);
		watching.threshold = tuning_threshold(
		    &speeds->rules->tuning, (double)(watching.tried * SPEED_WINDOWS * QUARTER));
		follow(speeds, &watching, week);
		while ((part = most_surprising(speeds, &watching, week)) < speeds->parts)
			begin(speeds, &watching, week, part);
	}
	free(watching.part);
}

void
speeds_make(struct speeds *speeds, const struct segments *segments,
    const struct speed_rules *rules, const bool *skip, int32_t first, int32_t days)
{
	*speeds = (struct speeds){ .segments = segments,
		.rules = rules,
		.skip = skip,
		.events = { .deals = segments->deals, .first = first } };
	speeds->segment = mem_new(segments->count + 1, sizeof speeds->segment[0]);
	speeds->place = mem_new(segments->count + 1, sizeof speeds->place[0]);
	for (uint32_t i = 0; i < segments->count; i++) {
		bool part = segments->at[i].level == LEVEL_COMPANY
		    || segments->at[i].level == LEVEL_CONDITION;
		speeds->place[i] = part ? (uint32_t)speeds->parts : SEGMENT_NONE;
		if (part)
			speeds->segment[speeds->parts++] = i;
	}
	if (days > 0)
		paces_count(speeds, first, days);
	speeds->speed = mem_new(speeds->weeks * speeds->parts + 1, sizeof speeds->speed[0]);
	speeds->unusual = mem_new(speeds->weeks * speeds->parts + 1, sizeof(bool));
	watch(speeds);
}

size_t
speeds_known(const struct speeds *speeds, int32_t today)
{
	if (speeds->weeks == 0 || today < speeds->monday[0])
		return 0;
	size_t weeks = (size_t)(today - speeds->monday[0]) / 7 + 1;
	return weeks < speeds->weeks ? weeks : speeds->weeks;
}

/* The first week of the 112 days up to a day. */
static size_t
lately(const struct speeds *speeds, int32_t today)
{
	if (speeds->weeks == 0 || today - SPEED_LATELY < speeds->monday[0])
		return 0;
	return (size_t)(today - SPEED_LATELY - speeds->monday[0]) / 7 + 1;
}

double
speeds_slow(const struct speeds *speeds, uint32_t segment, int32_t today)
{
	uint32_t part = speeds->place[segment];
	double high = 0;

	for (size_t w = lately(speeds, today);
	     part != SEGMENT_NONE && w < speeds->weeks && speeds->monday[w] <= today; w++)
		high = fmax(high, speed_at(speeds, w, part)->high);
	return high;
}

double
speeds_fast(const struct speeds *speeds, uint32_t segment, int32_t today)
{
	uint32_t part = speeds->place[segment];
	double low = 0;

	for (size_t w = lately(speeds, today);
	     part != SEGMENT_NONE && w < speeds->weeks && speeds->monday[w] <= today; w++)
		low = fmin(low, speed_at(speeds, w, part)->low);
	return low;
}

/* By what age half of the deals are decided now and before; or a quarter or a tenth, as far as they are. */
static void
set_ages(const struct speeds *speeds, const struct segments *part, const struct event *event,
    const struct look *look, json_t *object)
{
	int32_t first = speeds->events.first, from = first + look->from;
	struct cohort now = { from, first + look->day, first + look->day, speeds->skip };
	struct cohort before = { first + event->from - PACE_HISTORY, first + event->from,
		first + look->day, speeds->skip };

	static const double shares[] = { .5, .25, .1 };

	for (size_t i = 0; i < sizeof shares / sizeof *shares; i++) {
		double share = shares[i];
		int32_t age = survival_age(part, 0, &now, share);
		int32_t usual = survival_age(part, 0, &before, share);
		if (age < 0 || usual < 0)
			continue;
		notice_real(object, "cycle_share", share, 2);
		notice_count(object, "cycle_days", age);
		notice_count(object, "usual_cycle_days", usual);
		return;
	}
}

static double
created(const struct segments *part, int32_t from, int32_t to)
{
	size_t count = 0;

	for (size_t i = 0; i < part->deals->count; i++)
		count += part->deals->at[i].created >= from && part->deals->at[i].created <= to
		    && segments_has(part, 0, i);
	return (double)count;
}

size_t
speeds_write(const struct speeds *speeds, int32_t today, bool opened_only, struct rec_out *out)
{
	const struct events *events = &speeds->events;
	size_t written = 0;

	for (size_t i = 0; i < events->count; i++) {
		const struct event *event = &events->at[i];
		const struct look *last = event_told(event, today, opened_only);
		if (last == NULL)
			continue;
		struct segment segment;
		struct segments part = event_part(events->deals, event->part, &segment);
		struct look look = *last;
		look.n = created(&part, events->first + look.from, events->first + look.day);
		json_t *object = notice_make(events, event, &look, today);
		notice_count(object, "decided", look.count);
		notice_real(object, "pace", look.count / look.expected, 2);
		set_ages(speeds, &part, event, &look, object);
		notice_write(out, object);
		written++;
	}
	return written;
}

void
speeds_release(struct speeds *speeds)
{
	event_release(&speeds->events);
	free(speeds->segment);
	free(speeds->place);
	free(speeds->monday);
	free(speeds->paces);
	free(speeds->speed);
	free(speeds->unusual);
}
