#include <stdio.h>
#include <stdlib.h>

#include "diag.h"
#include "mem.h"
#include "score.h"
#include "when.h"

enum { WEEK = 7, PROMPT = 7 }; /* days; a name that is right so soon was right */
static const double month = 365.25 / 12;

static const char *const label_names[LABELS] = { "exact", "nested", "misattributed", "false",
	"neutral" };

struct family { /* kinds that are summed together */
	const char *name;
	bool has[KINDS];
};

void
score_set(json_t *record, const char *name, json_t *value)
{
	if (record == NULL || value == NULL || json_object_set_new(record, name, value) != 0)
		die(EX_OSERR, "score: out of memory");
}

/* Rounded by the printing, as the decimal nearest to the binary number. */
json_t *
score_real(double value)
{
	char text[400];

	snprintf(text, sizeof text, "%.3f", value);
	return json_real(strtod(text, NULL));
}

static void
set_share(json_t *record, const char *name, double part, double all)
{
	if (all > 0)
		score_set(record, name, score_real(part / all));
}

static void
set_count(json_t *record, const char *name, size_t count)
{
	score_set(record, name, json_integer((json_int_t)count));
}

double
period_weeks(const struct period *period)
{
	return (double)(period->to - period->from + 1) / WEEK;
}

json_t *
score_record(const char *kind, const struct period *period)
{
	char from[WHEN_DAY_LEN], to[WHEN_DAY_LEN], weeks[32];

	when_text(period->from, from);
	when_text(period->to, to);
	snprintf(weeks, sizeof weeks, "%.1f", period_weeks(period));
	return json_pack("{s:s, s:i, s:s%, s:s%, s:f}", "kind", kind, "v", 1, "from", from,
	    (size_t)WHEN_DAY_LEN, "to", to, (size_t)WHEN_DAY_LEN, "weeks", strtod(weeks, NULL));
}

static int
by_size(const void *a, const void *b)
{
	int32_t one = *(const int32_t *)a, other = *(const int32_t *)b;

	return (one > other) - (one < other);
}

/* The upper of two middle ones. */
static void
set_median(json_t *record, const char *name, int32_t *days, size_t count)
{
	if (count == 0)
		return;
	qsort(days, count, sizeof *days, by_size);
	score_set(record, name, json_integer(days[count / 2]));
}

static void
set_delays(json_t *record, const struct family *family, const struct truth *truth)
{
	int32_t *exact = mem_new(truth->count + 1, sizeof *exact);
	int32_t *any = mem_new(truth->count + 1, sizeof *any);
	size_t exacts = 0, anys = 0;

	for (size_t i = 0; i < truth->count; i++) {
		const struct event *event = &truth->events[i];
		if (family->has[event->kind] && event->exact != NEVER)
			exact[exacts++] = event->exact - event->start;
		if (family->has[event->kind] && event->any != NEVER)
			any[anys++] = event->any - event->start;
	}
	set_median(record, "delay_median", exact, exacts);
	set_median(record, "delay_median_any", any, anys);
	free(exact);
	free(any);
}

struct found {
	size_t events, exact, any, detectable, detected, detected_any, named;
	double amount, caught;
	bool weighed; /* of every event the amount is known */
};

static struct found
found_of(const struct family *family, const struct truth *truth)
{
	struct found found = { .weighed = true };

	for (size_t i = 0; i < truth->count; i++) {
		const struct event *event = &truth->events[i];
		bool exact = event->exact != NEVER, any = event->any != NEVER;
		if (!family->has[event->kind])
			continue;
		found.events++;
		found.exact += exact;
		found.any += any;
		found.detectable += event->detectable;
		found.detected += event->detectable && exact;
		found.detected_any += event->detectable && any;
		found.named += exact && event->exact - event->any <= PROMPT;
		found.amount += event->amount;
		found.caught += any ? event->amount : 0;
		found.weighed = found.weighed && event->amount > 0;
	}
	return found;
}

static void
set_events(json_t *record, const struct family *family, const struct truth *truth)
{
	struct found found = found_of(family, truth);

	set_count(record, "events", found.events);
	set_count(record, "found_exact", found.exact);
	set_count(record, "found_any", found.any);
	set_share(record, "recall_exact", (double)found.exact, (double)found.events);
	set_share(record, "recall_any", (double)found.any, (double)found.events);
	set_count(record, "detectable", found.detectable);
	set_share(
	    record, "recall_detectable", (double)found.detected, (double)found.detectable);
	set_share(record, "recall_detectable_any", (double)found.detected_any,
	    (double)found.detectable);
	set_delays(record, family, truth);
	set_share(record, "attribution", (double)found.named, (double)found.any);
	if (found.weighed)
		set_share(record, "pipeline_caught", found.caught, found.amount);
}

static size_t
alerts_of(const struct family *family, const struct alerts *alerts, size_t counts[LABELS])
{
	size_t all = 0;

	for (size_t i = 0; i < alerts->count; i++) {
		const struct alert *alert = &alerts->list[i];
		if (alert->kind >= KINDS || !family->has[alert->kind] || alert->repeat)
			continue;
		counts[alert->label]++;
		all++;
	}
	return all;
}

static void
set_alerts(json_t *record, size_t all, const size_t counts[LABELS], double weeks)
{
	double wrong = (double)(counts[MISATTRIBUTED] + counts[FALSE]);
	double judged = (double)(all - counts[NEUTRAL]);

	set_share(record, "precision", (double)(counts[EXACT] + counts[NESTED]), judged);
	set_share(record, "precision_strict", (double)counts[EXACT], judged);
	set_share(record, "false_per_week", wrong, weeks);
	set_share(record, "false_per_month", wrong, weeks * WEEK / month);
	for (int label = 0; label < LABELS; label++)
		set_count(record, label_names[label], counts[label]);
}

static json_t *
summary_of(const struct family *family, const struct alerts *alerts, const struct truth *truth,
    double weeks)
{
	json_t *record = json_object();
	size_t counts[LABELS] = { 0 }, all = alerts_of(family, alerts, counts);

	set_count(record, "alerts", all);
	set_share(record, "alerts_per_week", (double)all, weeks);
	if (truth != NULL) {
		set_events(record, family, truth);
		set_alerts(record, all, counts, weeks);
	}
	return record;
}

static void
set_totals(json_t *record, const struct alerts *alerts)
{
	size_t raw = 0, repeats = 0;

	for (size_t i = 0; i < alerts->count; i++) {
		raw += alerts->list[i].kind < KINDS;
		repeats += alerts->list[i].kind < KINDS && alerts->list[i].repeat;
	}
	set_count(record, "raw_alerts", raw);
	set_count(record, "alerts", raw - repeats);
}

void
score_add(json_t *record, const struct alerts *alerts, const struct truth *truth,
    const struct period *period)
{
	double weeks = period_weeks(period);
	struct family both = { "win_rate", { [WIN_RATE_DROP] = true, [WIN_RATE_RISE] = true } };

	set_totals(record, alerts);
	score_set(record, both.name, summary_of(&both, alerts, truth, weeks));
	for (int kind = 0; kind < KINDS; kind++) {
		struct family one = { .name = kind_names[kind] };
		one.has[kind] = true;
		score_set(record, one.name, summary_of(&one, alerts, truth, weeks));
	}
}
