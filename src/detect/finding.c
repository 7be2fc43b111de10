#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "diag.h"
#include "finding.h"
#include "money.h"
#include "rec_out.h"
#include "when.h"

enum { REPS_MOST = 3, DEALS_MOST = 20 };

void
finding_rates(struct finding *finding)
{
	finding->value = rate_of(finding->recent);
	finding->baseline = rate_of(finding->usual);
	finding->value_in = stats_wilson(finding->recent.won, finding->recent.n, .95);
	finding->baseline_in = stats_wilson(finding->usual.won, finding->usual.n, .95);
}

static void
set(json_t *object, const char *name, json_t *value)
{
	if (object == NULL || json_object_set_new(object, name, value) != 0)
		die(EX_OSERR, "finding: out of memory");
}

static void
set_text(json_t *object, const char *name, const char *text)
{
	set(object, name, json_string(text));
}

static void
set_count(json_t *object, const char *name, double count)
{
	set(object, name, json_integer(llround(count)));
}

/* Digits beyond what the data can tell would only differ from machine to machine. */
static void
set_real(json_t *object, const char *name, double value, double places)
{
	double scale = pow(10, places);

	set(object, name, json_real(round(value * scale) / scale));
}

static void
set_day(json_t *object, const char *name, int32_t day)
{
	char text[WHEN_DAY_LEN];

	when_text(day, text);
	set(object, name, json_stringn(text, WHEN_DAY_LEN));
}

static void
set_money(json_t *object, const char *name, int64_t amount)
{
	if (amount % MONEY_ONE == 0)
		set(object, name, json_integer(amount / MONEY_ONE));
	else
		set(object, name, json_real((double)amount / MONEY_ONE));
}

static void
set_interval(json_t *object, const char *low, const char *high, struct interval interval)
{
	set_real(object, low, interval.low, 4);
	set_real(object, high, interval.high, 4);
}

static void
set_counts(json_t *object, const struct finding *finding)
{
	set_count(object, "n", finding->recent.n);
	set_count(object, "won", finding->recent.won);
	set_real(object, "expected", finding->expected, 1);
	set_real(object, "value", finding->value, 4);
	set_interval(object, "value_low", "value_high", finding->value_in);
	set_real(object, "baseline", finding->baseline, 4);
	set_count(object, "baseline_n", finding->usual.n);
	set_interval(object, "baseline_low", "baseline_high", finding->baseline_in);
	set_real(object, "effect", finding->value - finding->baseline, 4);
	set_real(object, "z", finding->z, 2);
	set_real(object, "threshold", finding->threshold, 2);
}

static void
set_raw(json_t *object, const struct finding *finding)
{
	json_t *raw = json_object();

	set_real(object, "momentum", finding->momentum, 2);
	set_real(object, "probability", finding->probability, 3);
	set_count(raw, "recent_won", finding->recent.won);
	set_count(raw, "recent_n", finding->recent.n);
	set_count(raw, "historical_won", finding->usual.won);
	set_count(raw, "historical_n", finding->usual.n);
	set(object, "raw", raw);
}

static void
set_stake(json_t *object, struct stake stake)
{
	set_money(object, "amount", stake.amount);
	set_count(object, "deals", (double)stake.deals);
}

static void
set_pipeline(json_t *object, const struct segments *segments, const struct finding *finding)
{
	json_t *pipeline = json_object();

	set_stake(pipeline, evidence_open(segments, finding->segment, finding->day));
	set(object, "pipeline", pipeline);
}

static void
set_reps(json_t *object, const struct segments *segments, const struct finding *finding)
{
	struct stake reps[REPS_MOST];
	const struct deals *deals = segments->deals;
	json_t *list = json_array();

	if (segments->at[finding->segment].level == LEVEL_REP) {
		json_decref(list);
		return;
	}
	size_t count = evidence_reps(segments, finding->segment, finding->day, REPS_MOST, reps);
	for (size_t i = 0; i < count; i++) {
		const struct dimension *people = &deals->dimension[deals->rep];
		json_t *rep = json_object();
		set_text(rep, people->name, names_text(people->values, reps[i].rep));
		set_stake(rep, reps[i]);
		json_array_append_new(list, rep);
	}
	set(object, "reps", list);
}

static void
set_deals(json_t *object, const struct segments *segments, const struct finding *finding)
{
	size_t largest[DEALS_MOST];
	const struct deals *deals = segments->deals;
	struct period in = { finding->from, finding->to,
		strcmp(finding->clock, "created") == 0 };
	size_t count = evidence_deals(
	    segments, finding->segment, in, finding->sign > 0, DEALS_MOST, largest);
	json_t *list = json_array();

	for (size_t i = 0; i < count; i++)
		json_array_append_new(list, deals_tell(deals, largest[i]));
	set(object, "deals", list);
}

void
finding_write(
    struct rec_out *out, const struct segments *segments, const struct finding *finding)
{
	json_t *object = json_object();

	set_text(object, "kind", "finding");
	set_count(object, "v", 1);
	set_text(object, "type", finding->type);
	set_day(object, "date", finding->day);
	set_day(object, "opened", finding->opened);
	set(object, "segment", segments_json(segments, finding->segment));
	set_text(object, "direction", finding->sign < 0 ? "down" : "up");
	set_text(object, "clock", finding->clock);
	set_day(object, "from", finding->from);
	set_day(object, "to", finding->to);
	set_count(object, "days", finding->to - finding->from + 1);
	set_counts(object, finding);
	if (finding->momentum > 0)
		set_raw(object, finding);
	if (finding->velocity > 0)
		set_real(object, "velocity", finding->velocity, 2);
	set_count(object, "tried", (double)finding->tried);
	set_count(object, "evaluated_days", (double)finding->evaluated);
	set_pipeline(object, segments, finding);
	set_reps(object, segments, finding);
	set_deals(object, segments, finding);
	rec_dump(out, object);
	json_decref(object);
}
