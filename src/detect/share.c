#include <math.h>
#include <stdlib.h>

#include "mem.h"
#include "notice.h"
#include "share.h"
#include "stats.h"

enum {
	WINDOW = 28, /* days */
	USUAL = 180, /* days it is compared with */
	USUAL_LEAST = 90,
	REACH = 540, /* days back at most, to find them */
	FIRST = 210, /* the first day that is looked at */
	ACCEPT = 180, /* days, and it is what is usual */
	AGAIN = 60, /* days: it was the same */
	OPPOSITE = 28, /* days: it was the end of what was before */
	AT_ONCE = 2, /* values that can begin on one day */
	QUARTER = 91,
};
#define SPREAD 1.3 /* deals come in clusters: their variance to that of chance */
#define ALIKE 1e-6 /* z that differ by less do not */

static const char *const keys[] = { "on", "threshold", "max_false_alarms_per_quarter",
	"min_points", "min_pipeline", NULL };

void
share_rules(struct share_rules *rules, const struct conf *conf)
{
	const struct tuning usual = { .on = true, .threshold = 5 };

	rules->drop = tuning_read(conf, "volume_drop", keys, usual);
	rules->shift = tuning_read(conf, "mix_shift", keys, usual);
}

/* One dimension while it is watched. */
struct mix {
	struct shares *shares;
	uint32_t dimension;
	size_t values;
	uint32_t *created; /* [day][value] */
	uint32_t *unusual; /* by day: how many events it is one of */
	int32_t since; /* what was before is not usual any more */
	double *recent, *usual; /* by value: deals of the window, and of the usual days */
	bool *active; /* by value: not explained by itself */
	size_t *event; /* by value: the last one + 1, or 0 */
	bool *live; /* by value */
	int32_t *from; /* by value: of what lives */
	size_t tried;
};

static struct mix
mix_of(struct shares *shares, uint32_t dimension)
{
	const struct deals *deals = shares->events.deals;
	size_t values = names_count(deals->dimension[dimension].values);
	struct mix mix = { .shares = shares, .dimension = dimension, .values = values };

	mix.created = mem_new(values * (size_t)shares->days + 1, sizeof mix.created[0]);
	mix.unusual = mem_new((size_t)shares->days + 1, sizeof mix.unusual[0]);
	mix.recent = mem_new(values + 1, sizeof mix.recent[0]);
	mix.usual = mem_new(values + 1, sizeof mix.usual[0]);
	mix.active = mem_new(values + 1, sizeof mix.active[0]);
	mix.event = mem_new(values + 1, sizeof mix.event[0]);
	mix.live = mem_new(values + 1, sizeof mix.live[0]);
	mix.from = mem_new(values + 1, sizeof mix.from[0]);
	for (size_t i = 0; i < deals->count; i++) {
		int32_t created = deals->at[i].created, first = shares->events.first;
		uint32_t value = deals_code(deals, i, dimension);
		if (value != CODE_NONE && created >= first && created - first < shares->days)
			mix.created[(size_t)(created - first) * values + value]++;
	}
	return mix;
}

static void
mix_release(struct mix *mix)
{
	free(mix->created);
	free(mix->unusual);
	free(mix->recent);
	free(mix->usual);
	free(mix->active);
	free(mix->event);
	free(mix->live);
	free(mix->from);
}

static void
add_day(const struct mix *mix, double *sums, int32_t day)
{
	for (size_t v = 0; v < mix->values; v++)
		sums[v] += mix->created[(size_t)day * mix->values + v];
}

/* Counts the window and the usual days before it; false if those are too few. */
static bool
count(struct mix *mix, int32_t today)
{
	int32_t usual = 0, before = today - WINDOW;

	for (size_t v = 0; v < mix->values; v++) {
		mix->recent[v] = mix->usual[v] = 0;
		mix->active[v] = !mix->live[v];
	}
	for (int32_t day = before + 1; day <= today; day++)
		add_day(mix, mix->recent, day);
	for (int32_t day = before; day >= mix->since && day > before - REACH && usual < USUAL;
	     day--)
		if (mix->unusual[day] == 0) {
			add_day(mix, mix->usual, day);
			usual++;
		}
	mix->tried = 0;
	for (size_t v = 0; v < mix->values; v++)
		mix->tried += mix->usual[v] > 0;
	return usual >= USUAL_LEAST;
}

static double
threshold_of(const struct mix *mix, bool drop)
{
	const struct share_rules *rules = mix->shares->rules;

	return tuning_threshold(
	    drop ? &rules->drop : &rules->shift, (double)(mix->tried * QUARTER));
}

static double
total(const struct mix *mix, const double *sums, size_t with)
{
	double sum = 0;

	for (size_t v = 0; v < mix->values; v++)
		if (with == mix->values || mix->active[v] || v == with)
			sum += sums[v];
	return sum;
}

/* A value among those that are active, and itself; but told as shares of all. */
static struct look
judge(const struct mix *mix, size_t value, int32_t today)
{
	struct look look = { .day = today,
		.from = today - WINDOW + 1,
		.n = total(mix, mix->recent, mix->values),
		.count = mix->recent[value],
		.baseline_n = total(mix, mix->usual, mix->values),
		.tried = mix->tried };
	double n = total(mix, mix->recent, value), usual = total(mix, mix->usual, value);

	if (n == 0 || usual == 0)
		return look;
	double share = mix->usual[value] / usual;
	double var = SPREAD * n * share * (1 - share) * (1 + n / usual);
	look.baseline = mix->usual[value] / look.baseline_n;
	look.expected = n * share;
	if (var > 0)
		look.z = (look.count - look.expected) / sqrt(var);
	look.threshold = threshold_of(mix, look.z < 0);
	look.seen = fabs(look.z) >= look.threshold;
	return look;
}

static const struct tuning *
tuning_of(const struct mix *mix, int sign)
{
	const struct share_rules *rules = mix->shares->rules;

	return sign < 0 ? &rules->drop : &rules->shift;
}

static void
open_if_told(struct mix *mix, struct event *event, const struct look *look)
{
	const struct tuning *tuning = tuning_of(mix, event->sign);
	double points = look->n > 0 ? 100 * fabs(look->count / look->n - look->baseline) : 0;

	if (look->seen && look->z * event->sign > 0 && points >= tuning->min_points)
		event_open(&mix->shares->events, event, tuning, look->day);
}

static int32_t
last_seen(const struct event *event)
{
	size_t i = event->count;

	while (i > 0 && !event->looks[i - 1].seen)
		i--;
	return i > 0 ? event->looks[i - 1].day : event->from;
}

static void
set_aside(struct mix *mix, int32_t from, int32_t to)
{
	for (int32_t day = from; day <= to; day++)
		mix->unusual[day]++;
}

static void
take_back(struct mix *mix, int32_t from, int32_t to)
{
	for (int32_t day = from; day <= to; day++)
		mix->unusual[day]--;
}

/* The value as it has been for so long is what is usual; nothing before is. */
static void
accept(struct mix *mix, size_t value, int32_t today)
{
	take_back(mix, mix->from[value], today);
	mix->since = mix->from[value];
	mix->shares->events.at[mix->event[value] - 1].usual = today;
	mix->live[value] = false;
	mix->active[value] = true;
}

static void
follow(struct mix *mix, size_t value, int32_t today)
{
	struct event *event = &mix->shares->events.at[mix->event[value] - 1];
	struct look look = judge(mix, value, today);

	look.seen = look.seen && look.z * event->sign > 0;
	event_look(event, look);
	open_if_told(mix, event, &look);
	if (today - last_seen(event) > EVENT_LIVES) {
		take_back(mix, last_seen(event) + 1, today);
		mix->live[value] = false;
	} else if (look.seen && today - mix->from[value] > ACCEPT) {
		accept(mix, value, today);
	}
}

/* The value that goes furthest beyond its threshold; of two alike, the smaller one. */
static size_t
most_surprising(const struct mix *mix, int32_t today, struct look *surprise)
{
	size_t best = mix->values;
	double most = 0;

	for (size_t v = 0; v < mix->values; v++) {
		struct look look = judge(mix, v, today);
		double beyond = fabs(look.z) - look.threshold;
		if (!mix->active[v] || !look.seen)
			continue;
		if (best == mix->values || beyond > most + ALIKE
		    || (beyond > most - ALIKE && look.baseline < surprise->baseline)) {
			most = beyond;
			best = v;
			*surprise = look;
		}
	}
	return best;
}

static void
begin(struct mix *mix, size_t value, const struct look *look)
{
	struct events *events = &mix->shares->events;
	int sign = look->z < 0 ? -1 : 1;
	struct event *last = mix->event[value] > 0 ? &events->at[mix->event[value] - 1] : NULL;
	int32_t since = last != NULL ? look->day - last_seen(last) : INT32_MAX;

	mix->active[value] = false;
	mix->live[value] = true;
	mix->from[value] = look->from;
	set_aside(mix, look->from, look->day);
	if (last == NULL || last->sign != sign || since > AGAIN) {
		event_add(events,
		    (struct event){ .type = sign < 0 ? "volume_drop" : "mix_shift",
			.clock = "created",
			.part = { mix->dimension, (uint32_t)value },
			.sign = sign,
			.from = look->from,
			.opened = -1,
			.silent = last != NULL && last->sign != sign
			    ? last_seen(last) + OPPOSITE + 1
			    : 0 });
		mix->event[value] = events->count;
	}
	struct event *event = &events->at[mix->event[value] - 1];
	event_look(event, *look);
	open_if_told(mix, event, look);
}

static void
watch(struct mix *mix)
{
	struct look look;

	for (int32_t today = FIRST; today < mix->shares->days; today++) {
		for (size_t v = 0; v < mix->values; v++)
			if (mix->live[v])
				set_aside(mix, today, today);
		if (!count(mix, today))
			continue;
		for (size_t v = 0; v < mix->values; v++)
			if (mix->live[v])
				follow(mix, v, today);
		for (size_t i = 0, v; i < AT_ONCE; i++) {
			v = most_surprising(mix, today, &look);
			if (v == mix->values)
				break;
			begin(mix, v, &look);
		}
	}
}

void
shares_make(struct shares *shares, const struct segments *segments,
    const struct share_rules *rules, int32_t first, int32_t days)
{
	const struct deals *deals = segments->deals;

	*shares = (struct shares){
		.rules = rules, .days = days, .events = { .deals = deals, .first = first }
	};
	for (uint32_t d = 0; days > 0 && d < deals->dimensions; d++) {
		if (d == deals->rep)
			continue;
		struct mix mix = mix_of(shares, d);
		watch(&mix);
		mix_release(&mix);
	}
}

size_t
shares_write(const struct shares *shares, int32_t today, bool opened_only, struct rec_out *out)
{
	size_t written = 0;

	for (size_t i = 0; i < shares->events.count; i++) {
		const struct event *event = &shares->events.at[i];
		const struct look *look = event_told(event, today, opened_only);
		if (look == NULL)
			continue;
		double value = look->n > 0 ? look->count / look->n : 0;
		struct interval in = stats_wilson(look->count, look->n, .95);
		json_t *object = notice_make(&shares->events, event, look, today);
		notice_count(object, "created", look->count);
		notice_real(object, "value", value, 4);
		notice_real(object, "value_low", in.low, 4);
		notice_real(object, "value_high", in.high, 4);
		notice_real(object, "baseline", look->baseline, 4);
		notice_count(object, "baseline_n", look->baseline_n);
		notice_real(object, "effect", value - look->baseline, 4);
		notice_write(out, object);
		written++;
	}
	return written;
}

void
shares_release(struct shares *shares)
{
	event_release(&shares->events);
}
