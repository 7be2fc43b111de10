#include <stdlib.h>
#include <string.h>

#include "diag.h"
#include "field.h"
#include "history.h"
#include "mem.h"
#include "rec.h"
#include "segment.h"
#include "when.h"

struct history {
	json_t *incidents; /* incident: [alerts] */
};

struct history *
history_new(void)
{
	struct history *history = mem_new(1, sizeof *history);

	history->incidents = json_object();
	if (history->incidents == NULL)
		die(EX_OSERR, "out of memory");
	return history;
}

char *
history_incident(const json_t *finding)
{
	char *segment = segment_text(json_object_get(finding, "segment"));
	char *incident = mem_printf("%s %s %s %s", text_of(finding, "type"),
	    text_of(finding, "direction"), text_of(finding, "metric"), segment);

	free(segment);
	return incident;
}

void
history_add(struct history *history, json_t *alert)
{
	char *incident = history_incident(alert);
	json_t *alerts = json_object_get(history->incidents, incident);

	if (alerts == NULL) {
		alerts = json_array();
		if (json_object_set_new(history->incidents, incident, alerts) != 0)
			die(EX_OSERR, "out of memory");
	}
	if (json_array_append(alerts, alert) != 0)
		die(EX_OSERR, "out of memory");
	free(incident);
}

void
history_read(struct history *history, const char *path)
{
	struct rec_in *in = rec_open(path);
	size_t kind = rec_want(in, "kind"), suppressed = rec_want(in, "suppressed");
	const struct rec *line;

	while ((line = rec_next(in)) != NULL) {
		if (!span_is(rec_text(line, kind), "alert"))
			die(EX_DATAERR, "%s:%zu: not an alert", path, line->number);
		if (line->fields[suppressed].type != REC_ABSENT)
			continue;
		json_t *alert = json_loadb(line->line.at, line->line.len, 0, NULL);
		if (alert == NULL)
			die(EX_OSERR, "out of memory");
		history_add(history, alert);
		json_decref(alert);
	}
	rec_close(in);
}

bool
history_near(const json_t *alert, const json_t *finding, int32_t days)
{
	int32_t before, now;

	return when_day(span(text_of(alert, "opened")), &before)
	    && when_day(span(text_of(finding, "opened")), &now) && abs(now - before) <= days;
}

const json_t *
history_last(const struct history *history, const json_t *finding, int32_t days)
{
	char *incident = history_incident(finding);
	const json_t *last = NULL, *alert;
	size_t i;

	json_array_foreach (json_object_get(history->incidents, incident), i, alert)
		if (history_near(alert, finding, days)
		    && strcmp(text_of(alert, "date"), text_of(finding, "date")) < 0
		    && (last == NULL
			|| strcmp(text_of(alert, "date"), text_of(last, "date")) > 0))
			last = alert;
	free(incident);
	return last;
}

static int
by_id(const void *a, const void *b)
{
	const json_t *const *one = a, *const *other = b;
	int order = strcmp(text_of(*one, "alert_id"), text_of(*other, "alert_id"));

	return order != 0 ? order : strcmp(text_of(*one, "date"), text_of(*other, "date"));
}

json_t *
history_standing(const struct history *history)
{
	size_t count = 0, i;
	json_t *alerts, *alert, *standing = json_array();
	const json_t **list = NULL;
	const char *name;

	json_object_foreach (history->incidents, name, alerts)
		json_array_foreach (alerts, i, alert) {
			list = mem_grow(list, count + 1, sizeof *list);
			list[count++] = alert;
		}
	if (count > 0)
		qsort(list, count, sizeof *list, by_id);
	for (i = 0; i < count; i++) {
		bool last = i + 1 == count
		    || strcmp(text_of(list[i], "alert_id"), text_of(list[i + 1], "alert_id"))
			!= 0;
		if (last && json_array_append(standing, (json_t *)list[i]) != 0)
			die(EX_OSERR, "out of memory");
	}
	free(list);
	return standing;
}

void
history_free(struct history *history)
{
	json_decref(history->incidents);
	free(history);
}
