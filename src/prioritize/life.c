#include <stdlib.h>
#include <string.h>

#include "diag.h"
#include "field.h"
#include "life.h"
#include "mem.h"
#include "rec.h"
#include "segment.h"

static json_t *
read_incidents(const char *path)
{
	struct rec_in *in = rec_open(path);
	size_t kind = rec_want(in, "kind");
	json_t *incidents = json_array();
	const struct rec *line;

	while ((line = rec_next(in)) != NULL) {
		if (!span_is(rec_text(line, kind), "incident"))
			die(EX_DATAERR, "%s:%zu: not an incident", path, line->number);
		if (json_array_append_new(incidents, rec_object(line)) != 0)
			die(EX_OSERR, "out of memory");
	}
	rec_close(in);
	return incidents;
}

/* Of these alone detect keeps incidents. */
static bool
has_incident(const json_t *alert)
{
	static const char *const types[] = { "win_rate_drop", "win_rate_rise", "recovery" };

	for (size_t i = 0; i < sizeof types / sizeof *types; i++)
		if (strcmp(text_of(alert, "type"), types[i]) == 0)
			return true;
	return false;
}

static bool
is_over(const json_t *alert)
{
	return strcmp(text_of(alert, "state"), "recovered") == 0
	    || strcmp(text_of(alert, "state"), "corrected") == 0;
}

static bool
same(const json_t *one, const json_t *other, const char *field)
{
	return json_equal(json_object_get(one, field), json_object_get(other, field));
}

/* Late data move an opening by some days; so it is sought as a finding's last alert is. */
static const json_t *
incident_of(const json_t *incidents, const json_t *alert, const struct rules *rules)
{
	const struct rule *rule =
	    rules_find(rules, text_of(alert, "type"), text_of(alert, "direction"));
	const json_t *incident, *found = NULL;
	size_t i;

	json_array_foreach (incidents, i, incident)
		if (same(incident, alert, "segment") && same(incident, alert, "direction")
		    && rule != NULL && history_near(incident, alert, rule->repeat_days)
		    && (found == NULL
			|| strcmp(text_of(found, "opened"), text_of(incident, "opened")) < 0))
			found = incident;
	return found;
}

/* Whether a change the same way, told of a part or a whole of it, stood on that day. */
static bool
goes_on(const json_t *incidents, const json_t *alert, const char *day)
{
	const json_t *where = json_object_get(alert, "segment"), *incident;
	size_t i;

	json_array_foreach (incidents, i, incident) {
		const json_t *there = json_object_get(incident, "segment"),
			     *before = json_object_get(incident, "replaces");
		const char *closed = text_of(incident, "closed");
		if (!same(incident, alert, "direction")
		    || (json_equal(there, where) && *closed != '\0'))
			continue;
		bool near = segment_within(there, where) || segment_within(where, there)
		    || (before != NULL && json_equal(before, where));
		if (near && strcmp(text_of(incident, "opened"), day) <= 0
		    && (*closed == '\0' || strcmp(closed, day) > 0))
			return true;
	}
	return false;
}

static json_t *
version(const json_t *alert, const char *state, const char *day)
{
	json_t *end = json_copy((json_t *)alert);

	if (end == NULL || json_object_set_new(end, "state", json_string(state)) != 0
	    || json_object_set_new(end, "date", json_string(day)) != 0
	    || json_object_set_new(end, "data_through", json_string(day)) != 0
	    || json_object_set_new(end, "actions", json_array()) != 0)
		die(EX_OSERR, "out of memory");
	return end;
}

/* NULL while it goes on. */
static json_t *
end_of(
    const json_t *incidents, const json_t *alert, const struct rules *rules, const char *as_of)
{
	const json_t *incident = incident_of(incidents, alert, rules);
	const char *closed = incident != NULL ? text_of(incident, "closed") : as_of;

	if (*closed == '\0' || strcmp(closed, as_of) > 0
	    || strcmp(closed, text_of(alert, "date")) <= 0 || goes_on(incidents, alert, closed))
		return NULL;
	if (incident != NULL) {
		json_t *end = version(alert, "recovered", closed);
		if (json_object_set_new(end, "closed", json_string(closed)) != 0)
			die(EX_OSERR, "out of memory");
		return end;
	}
	if (strcmp(text_of(json_object_get(alert, "provenance"), "rules"), rules->version) != 0)
		return NULL;
	return version(alert, "corrected", as_of);
}

static int
by_day(const void *a, const void *b)
{
	const json_t *const *one = a, *const *other = b;
	int order = strcmp(text_of(*one, "date"), text_of(*other, "date"));

	return order != 0 ? order
			  : strcmp(text_of(*one, "alert_id"), text_of(*other, "alert_id"));
}

static json_t *
in_order(json_t **list, size_t count)
{
	json_t *ends = json_array();

	if (count > 0)
		qsort(list, count, sizeof *list, by_day);
	for (size_t i = 0; i < count; i++)
		if (json_array_append_new(ends, list[i]) != 0)
			die(EX_OSERR, "out of memory");
	return ends;
}

json_t *
life_ends(const struct history *history, const struct rules *rules, const char *path,
    const char *as_of)
{
	json_t *incidents = read_incidents(path), *standing = history_standing(history), *alert,
	       **list = mem_new(json_array_size(standing) + 1, sizeof *list);
	size_t count = 0, i;

	json_array_foreach (standing, i, alert) {
		if (!has_incident(alert) || is_over(alert)
		    || strcmp(text_of(alert, "date"), as_of) >= 0)
			continue;
		json_t *end = end_of(incidents, alert, rules, as_of);
		if (end != NULL)
			list[count++] = end;
	}
	json_t *ends = in_order(list, count);
	free(list);
	json_decref(standing);
	json_decref(incidents);
	return ends;
}
