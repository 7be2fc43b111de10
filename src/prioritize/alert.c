#include <stdlib.h>
#include <string.h>

#include "alert.h"
#include "diag.h"
#include "field.h"
#include "identity.h"
#include "mem.h"
#include "rec_out.h"
#include "score.h"
#include "segment.h"
#include "template.h"
#include "words.h"

static void
set(json_t *record, const char *name, json_t *value)
{
	if (json_object_set_new(record, name, value) != 0)
		die(EX_OSERR, "out of memory");
}

static void
set_identity(json_t *alert, const json_t *last, const struct aliases *aliases)
{
	if (last != NULL) {
		set(alert, "opened", json_string(text_of(last, "opened")));
		set(alert, "alert_id", json_string(text_of(last, "alert_id")));
		return;
	}
	char *id = identity_of_alert(alert, aliases);
	set(alert, "alert_id", json_string(id));
	free(id);
}

static bool
names_a_rep(const json_t *finding)
{
	return json_object_get(json_object_get(finding, "segment"), "sales_rep_id") != NULL;
}

/* Why an alert like this is for nobody, whatever its size; NULL if it is for somebody. */
static char *
held_by(const struct rules *rules, const struct rule *rule, const json_t *finding)
{
	if (!rule->on)
		return mem_printf("off: %s", rule->name);
	if (!rules->rep_alerts && names_a_rep(finding))
		return mem_printf("off: rep_alerts");
	return NULL;
}

/* What the alert is compared with, so that the reader of the record can do it too. */
static void
set_last(json_t *alert, const json_t *last)
{
	if (last == NULL)
		return;
	json_t *was =
	    json_pack("{s:s, s:s, s:f, s:f}", "date", text_of(last, "date"), "priority",
		text_of(last, "priority"), "z", score_z(last), "pipeline", score_stake(last));
	set(json_object_get(alert, "score"), "last", was);
}

struct alert
alert_make(json_t *finding, const struct rules *rules, const struct rule *rule,
    const json_t *last, const struct aliases *aliases)
{
	struct score score = score_of(finding, rule);
	struct alert alert = { .record = finding,
		.rule = rule,
		.severity = score.severity,
		.stake = score_stake(finding),
		.held = held_by(rules, rule, finding) };

	if (alert.held == NULL) {
		alert.held = score.below;
		score.below = NULL;
	}
	free(score.below);
	set(finding, "kind", json_string("alert"));
	set(finding, "v", json_integer(1));
	set_identity(finding, last, aliases);
	set(finding, "severity", json_string(severity_names[alert.severity]));
	set(finding, "priority", json_string(priority_names[alert.severity]));
	set(finding, "state", json_string(last != NULL ? "changed" : "new"));
	set(finding, "score", score.record);
	set_last(finding, last);
	alert.date = text_of(finding, "date");
	alert.id = text_of(finding, "alert_id");
	return alert;
}

bool
alert_news(const struct alert *alert, const json_t *last)
{
	double stake = last != NULL ? score_stake(last) : 0;

	return last == NULL || json_object_get(last, "closed") != NULL
	    || strcmp(text_of(last, "state"), "corrected") == 0
	    || strcmp(priority_names[alert->severity], text_of(last, "priority")) < 0
	    || score_z(alert->record) >= score_z(last) + 1
	    || (stake > 0 && alert->stake >= 2 * stake);
}

static json_t *
said(const struct template *template, const json_t *view, const char *id)
{
	char *text = template_render(template, TEMPLATE_PLAIN, view);

	if (text == NULL)
		die(EX_DATAERR, "alert %s: its text is longer than 1 MiB", id);
	json_t *string = json_string(text);
	free(text);
	if (string == NULL)
		die(EX_OSERR, "out of memory");
	return string;
}

/* An action that has nobody to be done by says nothing, and is left out. */
static json_t *
actions(const struct alert *alert, const json_t *view)
{
	json_t *list = json_array();

	for (size_t i = 0; i < alert->rule->action_count; i++) {
		json_t *action = said(alert->rule->actions[i], view, alert->id);
		if (json_string_length(action) > 0 && json_array_append(list, action) != 0)
			die(EX_OSERR, "out of memory");
		json_decref(action);
	}
	return list;
}

void
alert_write(struct rec_out *out, const struct alert *alert, const struct rules *rules,
    const json_t *company)
{
	json_t *view = words_alert(alert->record, company), *record = alert->record;

	set(record, "title", said(alert->rule->title, view, alert->id));
	set(record, "message", said(alert->rule->message, view, alert->id));
	set(record, "actions", actions(alert, view));
	set(record, "data_through", json_string(alert->date));
	set(record, "provenance",
	    json_pack("{s:s, s:s}", "detect", VERSION, "rules", rules->version));
	if (alert->held != NULL)
		set(record, "suppressed", json_string(alert->held));
	rec_dump(out, record);
	json_decref(view);
}

void
alert_free(struct alert *alert)
{
	json_decref(alert->record);
	free(alert->held);
}
