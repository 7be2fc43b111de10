#include <math.h>

#include "diag.h"
#include "money.h"
#include "notice.h"
#include "rec_out.h"
#include "when.h"

enum { REPS_MOST = 3 };

void
notice_set(json_t *object, const char *name, json_t *value)
{
	if (json_object_set_new(object, name, value) != 0)
		die(EX_OSERR, "finding: out of memory");
}

/* Digits beyond what the data can tell would only differ from machine to machine. */
void
notice_real(json_t *object, const char *name, double value, int places)
{
	double scale = pow(10, places);

	notice_set(object, name, json_real(round(value * scale) / scale));
}

void
notice_count(json_t *object, const char *name, double count)
{
	notice_set(object, name, json_integer(llround(count)));
}

void
notice_money(json_t *object, const char *name, int64_t amount)
{
	notice_set(object, name,
	    amount % MONEY_ONE == 0 ? json_integer(amount / MONEY_ONE)
				    : json_real((double)amount / MONEY_ONE));
}

static void
set_text(json_t *object, const char *name, const char *text)
{
	notice_set(object, name, json_string(text));
}

static void
set_day(json_t *object, const char *name, int32_t day)
{
	char text[WHEN_DAY_LEN];

	when_text(day, text);
	notice_set(object, name, json_stringn(text, WHEN_DAY_LEN));
}

static void
set_stake(json_t *object, const struct stake *stake)
{
	notice_money(object, "amount", stake->amount);
	notice_count(object, "deals", (double)stake->deals);
}

static void
set_reps(json_t *object, const struct segments *part, int32_t day)
{
	const struct deals *deals = part->deals;
	struct stake reps[REPS_MOST];
	json_t *list = json_array();
	size_t count = evidence_reps(part, 0, day, REPS_MOST, reps);

	for (size_t i = 0; i < count; i++) {
		const struct dimension *people = &deals->dimension[deals->rep];
		json_t *rep = json_object();
		set_text(rep, people->name, names_text(people->values, reps[i].rep));
		set_stake(rep, &reps[i]);
		json_array_append_new(list, rep);
	}
	notice_set(object, "reps", list);
}

static void
set_stakes(json_t *object, const struct events *events, const struct event *event, int32_t day)
{
	struct segment segment;
	struct segments part = event_part(events->deals, event->part, &segment);
	struct stake open = evidence_open(&part, 0, day);
	json_t *pipeline = json_object();

	set_stake(pipeline, &open);
	notice_set(object, "pipeline", pipeline);
	if (segment.level != LEVEL_REP)
		set_reps(object, &part, day);
}

json_t *
notice_make(const struct events *events, const struct event *event, const struct look *look,
    int32_t today)
{
	struct segment segment;
	struct segments part = event_part(events->deals, event->part, &segment);
	json_t *object = json_object();

	set_text(object, "kind", "finding");
	notice_count(object, "v", 1);
	set_text(object, "type", event->type);
	set_day(object, "date", events->first + today);
	set_day(object, "opened", events->first + event->opened);
	notice_set(object, "segment", segments_json(&part, 0));
	set_text(object, "direction", event->sign < 0 ? "down" : "up");
	set_text(object, "clock", event->clock);
	set_day(object, "from", events->first + look->from);
	set_day(object, "to", events->first + look->day);
	notice_count(object, "days", look->day - look->from + 1);
	notice_count(object, "n", look->n);
	notice_real(object, "expected", look->expected, 1);
	notice_real(object, "z", look->z, 2);
	notice_real(object, "threshold", look->threshold, 2);
	notice_count(object, "tried", (double)look->tried);
	notice_count(object, "evaluated_days", today + 1);
	set_stakes(object, events, event, events->first + today);
	return object;
}

void
notice_write(struct rec_out *out, json_t *object)
{
	rec_dump(out, object);
	json_decref(object);
}
