#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diag.h"
#include "fault.h"
#include "field.h"
#include "mem.h"
#include "view.h"
#include "when.h"
#include "words.h"

enum { OTHER = 3, OVER, SEVERITIES };

static const struct severity {
	const char *name, *one, *many;
} severities[SEVERITIES] = {
	{ "critical", "critical", "critical" },
	{ "warning", "warning", "warnings" },
	{ "insight", "insight", "insights" },
	{ "other", "notice", "notices" },
	{ "over", "over", "over" },
};

static void
set(json_t *object, const char *name, json_t *value)
{
	if (json_object_set_new(object, name, value) != 0)
		die(EX_OSERR, "view: out of memory");
}

void
view_text(json_t *view, const char *name, char *text)
{
	if (text != NULL)
		set(view, name, json_string(text));
	free(text);
}

void
view_truth(json_t *view, const char *name)
{
	set(view, name, json_true());
}

void
view_part(json_t *view, const char *name, json_t *part)
{
	if (part != NULL)
		set(view, name, part);
}

static json_t *
clip_text(const json_t *value)
{
	const char *text = json_string_value(value);
	size_t len = json_string_length(value);

	if (len <= TEXT_SHOWN)
		return json_stringn(text, len);
	for (len = TEXT_SHOWN; len > 0 && (text[len] & 0xc0) == 0x80;)
		len--;
	char *shown = mem_printf("%.*s…", (int)len, text);
	json_t *clipped = json_string(shown);
	free(shown);
	return clipped;
}

static bool
is_small(const json_t *value)
{
	const json_t *member;
	const char *name;
	size_t i;

	if (json_is_string(value))
		return json_string_length(value) <= TEXT_SHOWN;
	json_array_foreach (value, i, member)
		if (i == LIST_SHOWN || !is_small(member))
			return false;
	json_object_foreach ((json_t *)value, name, member)
		if (!is_small(member))
			return false;
	return true;
}

/* What is small enough to be shown: the value itself, or a copy. */
static json_t *
clip(const json_t *value)
{
	json_t *copy, *member;
	const char *name;
	size_t i;

	if (is_small(value))
		return json_incref((json_t *)value);
	if (json_is_string(value))
		return clip_text(value);
	if (json_is_array(value)) {
		copy = json_array();
		json_array_foreach (value, i, member)
			if (i < LIST_SHOWN && json_array_append_new(copy, clip(member)) != 0)
				die(EX_OSERR, "view: out of memory");
		return copy;
	}
	copy = json_object();
	json_object_foreach ((json_t *)value, name, member)
		set(copy, name, clip(member));
	return copy;
}

static size_t
severity_of(const json_t *alert)
{
	size_t i = 0;

	if (json_object_get(json_object_get(alert, "is"), "over") != NULL)
		return OVER;
	while (i < OTHER && strcmp(severities[i].name, text_of(alert, "severity")) != 0)
		i++;
	return i;
}

static double
stake_of(const json_t *alert)
{
	return json_number_value(json_object_get(json_object_get(alert, "pipeline"), "amount"));
}

/* After those with as much at stake or more, so that the rest stays as it came. */
static void
insert(json_t *alerts, json_t *alert)
{
	size_t place = json_array_size(alerts);

	while (place > 0 && stake_of(json_array_get(alerts, place - 1)) < stake_of(alert))
		place--;
	if (json_array_insert(alerts, place, alert) != 0)
		die(EX_OSERR, "view: out of memory");
}

/* Gives the alerts in order, the worst first. */
static json_t *
put_groups(json_t *view, const json_t *alerts)
{
	json_t *groups = json_array(), *in_order = json_array(), *group, *alert;
	size_t i;

	for (size_t severity = 0; severity < SEVERITIES; severity++) {
		json_t *some = json_array();
		json_array_foreach (alerts, i, alert)
			if (severity_of(alert) == severity)
				insert(some, alert);
		if (json_array_size(some) == 0) {
			json_decref(some);
			continue;
		}
		json_array_extend(in_order, some);
		group = json_pack(
		    "{s:{s:b}, s:o}", "is", severities[severity].name, true, "alerts", some);
		view_text(group, "count",
		    words_count((long long)json_array_size(some), severities[severity].one,
			severities[severity].many));
		if (json_array_append_new(groups, group) != 0)
			die(EX_OSERR, "view: out of memory");
	}
	set(view, "groups", groups);
	return in_order;
}

/* "1 critical, 2 warnings" */
static char *
summed_up(const json_t *groups)
{
	size_t len, i;
	const json_t *group;
	char *text;
	FILE *out = mem_stream(&text, &len);

	json_array_foreach (groups, i, group)
		fprintf(out, "%s%s", i > 0 ? ", " : "", text_of(group, "count"));
	mem_stream_end(out, &text);
	return text;
}

static void
put_through(json_t *view, const json_t *alerts)
{
	const char *latest = "";
	const json_t *alert;
	int32_t day;
	size_t i;

	json_array_foreach (alerts, i, alert)
		if (strcmp(text_of(alert, "data_through"), latest) > 0)
			latest = text_of(alert, "data_through");
	if (when_day(span(latest), &day))
		view_text(view, "data_through_text", words_day(day));
}

/* What is not here: those after the first, and what was left out at the cap. */
static void
put_more(json_t *view, size_t count)
{
	json_int_t capped = json_integer_value(json_object_get(view, "more"));
	json_int_t more = (count > 0 ? (json_int_t)count - 1 : 0) + (capped > 0 ? capped : 0);

	json_object_del(view, "more");
	if (capped > 0)
		set(view, "capped_count", json_integer(capped));
	if (capped > 0)
		view_text(view, "capped", mem_printf("%lld more", (long long)capped));
	if (more > 0)
		view_text(view, "more", mem_printf("%lld more", (long long)more));
}

static void
put_sums(json_t *view, const json_t *unsorted)
{
	const json_t *alerts = put_groups(view, unsorted);
	size_t count = json_array_size(alerts);

	set(view, "alerts", (json_t *)alerts);
	put_through(view, alerts);
	view_text(view, "summary", summed_up(json_object_get(view, "groups")));
	if (count == 0) /* what there is none of has none */
		json_object_del(view, "priority");
	if (count > 0)
		set(view, "first", json_incref(json_array_get(alerts, 0)));
	else if (json_object_get(view, "faults") == NULL
	    && !json_is_true(json_object_get(view, "drill")))
		view_truth(view, "quiet");
	if (count == 1)
		view_truth(view, "single");
	put_more(view, count);
}

/* The bars of a page: whole percents, from the record. */
static void
put_bar(json_t *alert, const char *field, const char *name)
{
	double rate = json_number_value(json_object_get(alert, field));
	const char *unit = text_of(alert, "unit");

	if ((*unit == '\0' || strcmp(unit, "rate") == 0) && rate >= 0 && rate <= 1)
		set(alert, name, json_integer((json_int_t)(100 * rate + 0.5)));
}

/* What is over needs no action any more. */
static bool
is_over(const json_t *delivery)
{
	const char *state = text_of(delivery, "state");

	return strcmp(state, "recovered") == 0 || strcmp(state, "corrected") == 0;
}

static json_t *
in_words(const json_t *alert, const json_t *company, bool over)
{
	json_t *words = clip(alert);

	words_add(words, company);
	put_bar(words, "value", "value_bar");
	put_bar(words, "baseline", "baseline_bar");
	if (over)
		json_object_del(json_object_get(words, "is"), "actionable");
	return words;
}

static void
put_faults(json_t *view, const json_t *faults)
{
	json_t *shown = json_array();
	const json_t *fault;
	size_t i;

	json_array_foreach (faults, i, fault)
		if (json_is_object(fault) && i < LIST_SHOWN) {
			json_t *small = clip(fault);
			json_array_append_new(shown, fault_words(small));
			json_decref(small);
		}
	set(view, "faults", shown);
}

json_t *
view_new(json_t *delivery, const json_t *company)
{
	json_t *view = json_incref(delivery), *alerts = json_array(), *held = json_array(),
	       *alert;
	const char *form = text_of(delivery, "form"), *state = text_of(delivery, "state");
	size_t i;

	json_array_foreach (json_object_get(delivery, "alerts"), i, alert) {
		json_t *words = in_words(alert, company, is_over(delivery));
		json_array_append_new(
		    json_object_get(words, "suppressed") != NULL ? held : alerts, words);
	}
	if (json_object_get(delivery, "faults") != NULL)
		put_faults(view, json_object_get(delivery, "faults"));
	if (json_array_size(held) > 0)
		view_text(view, "held_count", mem_printf("%zu", json_array_size(held)));
	set(view, "held", held);
	put_sums(view, alerts);
	json_decref(alerts);
	set(view, "form_is", json_pack("{s:b}", form, true));
	set(view, "state_is", json_pack("{s:b}", state, true));
	view_text(view, "company_name",
	    mem_printf(
		"%s", *text_of(company, "company") ? text_of(company, "company") : "Sales"));
	return view;
}
