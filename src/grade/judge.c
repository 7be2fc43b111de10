#include <string.h>

#include "alerts.h"

enum { RECOVERY = 120 }; /* days in which the return to normal is no news */

static const char *
value_of(const json_t *segment, const char *name)
{
	const char *text = json_string_value(json_object_get(segment, name));

	return text != NULL ? text : "";
}

static bool
shares(const json_t *segment, const json_t *other, const char *name)
{
	return json_object_get(segment, name) != NULL && json_object_get(other, name) != NULL
	    && strcmp(value_of(segment, name), value_of(other, name)) == 0;
}

/* How many conditions of the first the other has too. */
static size_t
shared(const json_t *segment, const json_t *other)
{
	const char *name;
	json_t *value;
	size_t count = 0;

	json_object_foreach ((json_t *)segment, name, value)
		count += shares(segment, other, name);
	return count;
}

static bool
is_same(const json_t *segment, const json_t *other)
{
	return json_object_size(segment) == json_object_size(other)
	    && shared(segment, other) == json_object_size(segment);
}

/* One condition more or fewer, the rest equal; the company is nearly no person. */
static bool
is_near(const json_t *segment, const json_t *event)
{
	size_t own = json_object_size(segment), its = json_object_size(event);

	if (own == its + 1)
		return shared(event, segment) == its;
	if (own + 1 != its)
		return false;
	if (own == 0)
		return json_object_get(event, "sales_rep_id") == NULL;
	return shared(segment, event) == own;
}

static bool
overlaps(const json_t *segment, const json_t *event)
{
	return shared(segment, event) > 0;
}

typedef bool relation(const json_t *segment, const json_t *event);

/* The first live event of the alert's kind that it is related to so. */
static struct event *
live_event(struct truth *truth, const struct alert *alert, relation *is_related)
{
	for (size_t i = 0; i < truth->count; i++) {
		struct event *event = &truth->events[i];
		if (event->kind == alert->kind && event->start <= alert->day
		    && alert->day <= event->live && is_related(alert->segment, event->segment))
			return event;
	}
	return NULL;
}

static bool
is_recovery(const struct truth *truth, const struct alert *alert)
{
	enum kind opposite = kind_opposite(alert->kind);

	for (size_t i = 0; i < truth->count && opposite != NO_KIND; i++) {
		const struct event *event = &truth->events[i];
		if (event->kind == opposite && event->end < alert->day
		    && alert->day <= event->end + RECOVERY
		    && (is_same(alert->segment, event->segment)
			|| is_near(alert->segment, event->segment)))
			return true;
	}
	return false;
}

/* When the mix shifts, the company's rate does, and no segment's. */
static bool
is_mix(const struct truth *truth, const struct alert *alert)
{
	if (json_object_size(alert->segment) > 0 || kind_opposite(alert->kind) == NO_KIND)
		return false;
	for (size_t i = 0; i < truth->count; i++) {
		const struct event *event = &truth->events[i];
		if (event->kind == MIX_SHIFT && event->start <= alert->day
		    && alert->day <= event->live)
			return true;
	}
	return false;
}

static void
judge(struct alert *alert, struct truth *truth)
{
	struct event *event;

	if ((event = live_event(truth, alert, is_same)) != NULL)
		alert->label = EXACT;
	else if ((event = live_event(truth, alert, is_near)) != NULL)
		alert->label = NESTED;
	else if (is_recovery(truth, alert) || is_mix(truth, alert))
		alert->label = NEUTRAL;
	else if (live_event(truth, alert, overlaps) != NULL)
		alert->label = MISATTRIBUTED;
	else
		alert->label = FALSE;
	if (event == NULL)
		return;
	if (alert->label == EXACT && event->exact == NEVER)
		event->exact = alert->day;
	if (event->any == NEVER)
		event->any = alert->day;
}

void
alerts_judge(struct alerts *alerts, struct truth *truth)
{
	for (size_t i = 0; i < alerts->count; i++)
		if (alerts->list[i].kind < KINDS && !alerts->list[i].repeat)
			judge(&alerts->list[i], truth);
}
