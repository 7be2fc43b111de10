#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "channel.h"
#include "diag.h"
#include "mem.h"
#include "segment.h"
#include "when.h"

/*
 * Alertmanager's two forms: what it posts to a webhook (version "4"), and what it takes on
 * /api/v2/alerts.  Labels say which alert it is and never change in its life, but for the
 * severity, by which people route: when that changes, the alert of the old one is ended.
 */

enum { DAY = 24 * 60 * 60, STANDS = 35 * DAY, DRILL = 5 * 60 };
static const char never[] = "0001-01-01T00:00:00Z"; /* what Alertmanager says for: not yet */
static const char *const severities[] = { "critical", "warning", "insight", NULL };

static void
put(json_t *labels, const char *name, const char *value)
{
	if (*value != '\0')
		json_object_set_new(labels, name, channel_json(json_string(value)));
}

/* "segment_" and the dimension, of which a label keeps letters and digits. */
static void
put_dimension(json_t *labels, const char *dimension, const char *value)
{
	char *name = mem_printf("segment_%s", dimension);

	for (char *p = name; *p != '\0'; p++)
		if (!isalnum((unsigned char)*p))
			*p = '_';
	if (json_object_get(labels, name) == NULL)
		put(labels, name, value);
	free(name);
}

static json_t *
labels_of(const json_t *alert, const json_t *view)
{
	json_t *labels = json_object(), *segment = json_object_get(alert, "segment"), *value;
	char *canonical = segment_text(segment);
	const char *dimension, *type = text_of(alert, "type");

	put(labels, "alertname", *type != '\0' ? type : "alert");
	put(labels, "alert_id", text_of(alert, "alert_id"));
	put(labels, "severity", text_of(alert, "severity"));
	put(labels, "direction", text_of(alert, "direction"));
	put(labels, "metric", text_of(alert, "metric"));
	put(labels, "segment", canonical);
	if (json_is_object(segment))
		json_object_foreach (segment, dimension, value)
			if (json_is_string(value))
				put_dimension(labels, dimension, json_string_value(value));
	if (json_is_true(json_object_get(view, "drill")))
		put(labels, "drill", "true");
	free(canonical);
	return labels;
}

static char *
joined(const json_t *texts)
{
	char *text;
	size_t len, i;
	const json_t *each;
	FILE *out = mem_stream(&text, &len);

	json_array_foreach (texts, i, each)
		if (json_is_string(each))
			fprintf(
			    out, "%s%s", ftello(out) > 0 ? "\n" : "", json_string_value(each));
	mem_stream_end(out, &text);
	return text;
}

/* Words under the names people's message templates look for. */
static json_t *
annotations_of(const json_t *alert, const json_t *view)
{
	static const struct {
		const char *name, *word;
	} told[] = { { "summary", "headline" }, { "description", "message" },
		{ "segment", "segment_name" }, { "priority", "priority" },
		{ "value", "value_text" }, { "baseline", "baseline_text" },
		{ "period", "period" }, { "pipeline", "pipeline_amount" },
		{ "deals", "pipeline_deals" }, { "momentum", "momentum" },
		{ "velocity", "velocity" }, { "evidence", "evidence" },
		{ "drivers", "why_text" } };
	json_t *annotations = json_object();
	char *actions = joined(json_object_get(alert, "actions"));

	for (size_t i = 0; i < sizeof told / sizeof *told; i++)
		put(annotations, told[i].name, text_of(alert, told[i].word));
	put(annotations, "actions", actions);
	put(annotations, "state",
	    *text_of(view, "state") != '\0' ? text_of(view, "state") : text_of(alert, "state"));
	put(annotations, "stale", text_of(view, "stale_text"));
	free(actions);
	return annotations;
}

/* An instant, or the start of a day; what is neither is not before `otherwise`. */
static char *
instant_of(const char *text, int64_t otherwise)
{
	char stamp[WHEN_INSTANT_MAX];
	int64_t at;
	int32_t day;

	if (!when_instant(span(text), &at))
		at = when_day(span(text), &day) ? (int64_t)day * DAY : otherwise;
	when_instant_text(at < otherwise ? at : otherwise, stamp);
	return mem_copy(stamp, strlen(stamp));
}

/* By what the message says of it, or where that is about many, by its own state. */
static bool
is_over(const json_t *alert, const json_t *view)
{
	static const char *const over[] = { "recovered", "corrected", "clear" };

	for (size_t i = 0; i < sizeof over / sizeof *over; i++)
		if (strcmp(text_of(view, "state"), over[i]) == 0)
			return true;
	return json_object_get(json_object_get(alert, "is"), "over") != NULL;
}

static bool
has_changed(const json_t *alert, const json_t *view)
{
	return strcmp(text_of(view, "state"), "changed") == 0
	    || strcmp(text_of(alert, "state"), "changed") == 0;
}

/* One alert; until: when it was over, or "". */
static json_t *
told(json_t *labels, json_t *annotations, char *since, const char *until)
{
	json_t *made = channel_json(json_pack("{s:o, s:o, s:s, s:s}", "labels", labels,
	    "annotations", annotations, "startsAt", since, "endsAt", until));

	free(since);
	return made;
}

static json_t *
told_alert(const json_t *alert, const struct press *press, const json_t *view)
{
	char *until = is_over(alert, view) ? instant_of("", press->now) : NULL;
	json_t *made = told(labels_of(alert, view), annotations_of(alert, view),
	    instant_of(text_of(alert, "opened"), press->now), until ? until : "");

	free(until);
	return made;
}

static json_t *
told_fault(const json_t *fault, const struct press *press)
{
	static const char *const about[] = { "stage", "pipeline", "owner", "receiver",
		"channel", "delivery_id", NULL };
	json_t *labels = json_object(), *annotations = json_object();
	const char *ended = text_of(fault, "until");
	char *until = *ended != '\0' ? instant_of(ended, press->now) : NULL;

	put(labels, "alertname", "saleswatch_fault");
	put(labels, "severity", "critical");
	for (const char *const *name = about; *name != NULL; name++)
		put(labels, *name, text_of(fault, *name));
	put(annotations, "summary", text_of(fault, "headline"));
	put(annotations, "description", text_of(fault, "reason"));
	json_t *made = told(labels, annotations,
	    instant_of(text_of(fault, "since"), press->now), until ? until : "");
	free(until);
	return made;
}

static json_t *
told_all(const struct press *press, const json_t *view)
{
	json_t *all = json_array();
	const json_t *each;
	size_t i;

	json_array_foreach (json_object_get(view, "alerts"), i, each)
		json_array_append_new(all, told_alert(each, press, view));
	json_array_foreach (json_object_get(view, "faults"), i, each)
		json_array_append_new(all, told_fault(each, press));
	return all;
}

/* What all of them have, with the same value. */
static json_t *
common(const json_t *all, const char *part)
{
	json_t *in_all = json_copy(json_object_get(json_array_get(all, 0), part)), *value;
	const json_t *each;
	const char *name;
	void *next;
	size_t i;

	json_array_foreach (all, i, each)
		json_object_foreach_safe(in_all, next, name,
		    value) if (!json_equal(value,
				   json_object_get(json_object_get(each, part), name)))
		    json_object_del(in_all, name);
	return in_all != NULL ? in_all : json_object();
}

/* By which a receiver knows the same alert again. */
static void
put_fingerprint(json_t *each, const json_t *view)
{
	const json_t *labels = json_object_get(each, "labels");
	const char *id = text_of(labels, "alert_id");

	if (*id == '\0')
		id = text_of(view, "thread");
	json_object_set_new(
	    each, "fingerprint", json_string(*id != '\0' ? id : text_of(view, "delivery_id")));
}

static json_t *
group_labels(const json_t *all, const json_t *view)
{
	const json_t *labels = json_object_get(json_array_get(all, 0), "labels");
	json_t *group = json_object();

	if (json_array_size(all) == 1 && json_object_get(view, "thread") != NULL) {
		put(group, "alertname", text_of(labels, "alertname"));
		put(group, "alert_id", text_of(labels, "alert_id"));
	}
	return group;
}

char *
webhook_body(const struct press *press, const struct message *message)
{
	json_t *view = message->view, *all = told_all(press, view), *each;
	const char *key = text_of(view, "thread");
	bool firing = false;
	size_t i;

	json_array_foreach (all, i, each) {
		bool over = *text_of(each, "endsAt") != '\0';
		firing = firing || !over;
		json_object_set_new(each, "status", json_string(over ? "resolved" : "firing"));
		if (!over)
			json_object_set_new(each, "endsAt", json_string(never));
		json_object_set_new(each, "generatorURL", json_string(""));
		put_fingerprint(each, view);
	}
	if (*key == '\0')
		key = text_of(view, "delivery_id");
	return channel_bytes(channel_json(json_pack(
	    "{s:s, s:s, s:I, s:s, s:s, s:o, s:o, s:o, s:s, s:o}", "version", "4", "groupKey",
	    key, "truncatedAlerts", json_integer_value(json_object_get(view, "capped_count")),
	    "status", firing || i == 0 ? "firing" : "resolved", "receiver",
	    text_of(view, "receiver"), "groupLabels", group_labels(all, view), "commonLabels",
	    common(all, "labels"), "commonAnnotations", common(all, "annotations"),
	    "externalURL", "", "alerts", all)));
}

/* Alertmanager forgets an alert when its end is past, so one that stands has an end to come. */
static void
set_end(json_t *each, const struct press *press, const json_t *view)
{
	char stamp[WHEN_INSTANT_MAX];
	bool drill = json_is_true(json_object_get(view, "drill"));

	if (*text_of(each, "endsAt") != '\0')
		return;
	when_instant_text(press->now + (drill ? DRILL : STANDS), stamp);
	json_object_set_new(each, "endsAt", json_string(stamp));
}

/* The same alert of another severity, if there was one, is no more. */
static void
end_others(json_t *all, const json_t *alert, const struct press *press)
{
	const json_t *labels = json_object_get(alert, "labels");
	const char *now = text_of(labels, "severity");

	if (json_object_get(labels, "alert_id") == NULL) /* a fault has only one */
		return;
	for (const char *const *other = severities; *other != NULL; other++) {
		if (strcmp(*other, now) == 0)
			continue;
		json_t *ended = json_deep_copy(alert);
		char *at = instant_of("", press->now);
		put(json_object_get(ended, "labels"), "severity", *other);
		json_object_set_new(ended, "endsAt", json_string(at));
		json_array_append_new(all, ended);
		free(at);
	}
}

char *
alertmanager_body(const struct press *press, const struct message *message)
{
	const json_t *view = message->view, *alerts = json_object_get(view, "alerts");
	json_t *all = told_all(press, view), *each;
	size_t i, count = json_array_size(all);

	for (i = 0; i < count; i++) { /* the alerts first, in their order */
		const json_t *alert = json_array_get(alerts, i);
		each = json_array_get(all, i);
		set_end(each, press, view);
		if (has_changed(alert, view) || is_over(alert, view))
			end_others(all, each, press);
	}
	return channel_bytes(all);
}
