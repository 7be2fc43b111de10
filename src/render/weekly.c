#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "diag.h"
#include "drivers.h"
#include "field.h"
#include "history.h"
#include "mem.h"
#include "view.h"
#include "weekly.h"
#include "weekly_lines.h"
#include "when.h"
#include "words.h"

enum { ACTIONS = 3, TOP = 8 };
#define LISTS "deal_warnings"

static void
append(json_t *list, json_t *value)
{
	if (json_array_append_new(list, value) != 0)
		die(EX_OSERR, "weekly: out of memory");
}

/* Which reps a receiver may see: true is all of them. */
static const json_t *
reps_for(const json_t *delivery, const json_t *company)
{
	const json_t *to = json_object_get(json_object_get(company, "report"), "reps_to");

	return json_object_get(to, text_of(delivery, "receiver"));
}

static bool
may_see(const json_t *reps, const char *rep)
{
	const json_t *one;
	size_t i;

	json_array_foreach (reps, i, one)
		if (json_is_string(one) && strcmp(json_string_value(one), rep) == 0)
			return true;
	return json_is_true(reps);
}

static bool
has_alert(const json_t *alerts, const json_t *wanted)
{
	const json_t *alert;
	size_t i;

	json_array_foreach (alerts, i, alert)
		if (*text_of(wanted, "alert_id") != '\0'
		    && strcmp(text_of(alert, "alert_id"), text_of(wanted, "alert_id")) == 0)
			return true;
	return false;
}

static bool
is_older_list(const json_t *list, const json_t *other)
{
	return strcmp(text_of(list, "type"), LISTS) == 0
	    && strcmp(text_of(other, "type"), LISTS) == 0
	    && json_object_get(other, "suppressed") == NULL
	    && json_equal(json_object_get(list, "segment"), json_object_get(other, "segment"))
	    && strcmp(text_of(list, "date"), text_of(other, "date")) < 0;
}

/* A list of open deals is that of its day: of a segment's the newest stands for them all. */
static void
drop_older_lists(json_t *alerts)
{
	for (size_t i = json_array_size(alerts); i-- > 0;) {
		const json_t *list = json_array_get(alerts, i), *other;
		bool older = false;
		size_t j;
		json_array_foreach (alerts, j, other)
			older = older || is_older_list(list, other);
		if (older)
			json_array_remove(alerts, i);
	}
}

/* What the delivery is of, it was routed to this reader; of the week what he may see. */
static json_t *
gather(const json_t *delivery, const json_t *report, const json_t *reps, long long *elsewhere)
{
	json_t *all = json_array(), *alert;
	size_t i;

	if (json_object_get(delivery, "alerts") != NULL)
		json_array_extend(all, json_object_get(delivery, "alerts"));
	/* Copies, for the report is shown to others too and a view makes words of what it has. */
	json_array_foreach (json_object_get(report, "alerts"), i, alert) {
		const char *rep = text_of(json_object_get(alert, "segment"), HISTORY_REP);
		if (has_alert(json_object_get(delivery, "alerts"), alert))
			continue;
		if (*rep == '\0' || may_see(reps, rep))
			json_array_append_new(all, json_deep_copy(alert));
		else if (json_object_get(alert, "suppressed") == NULL)
			++*elsewhere;
	}
	drop_older_lists(all);
	return all;
}

static bool
is(const json_t *alert, const char *what)
{
	return json_is_true(json_object_get(json_object_get(alert, "is"), what));
}

/* Lists of deals are for managers; here they are one total. */
static void
put_open_deals(json_t *view)
{
	double deals = 0, open = 0, amount = 0;
	const json_t *alert, *company = json_object_get(view, "currency");
	const char *currency = json_string_value(company);
	size_t i;

	json_array_foreach (json_object_get(view, "alerts"), i, alert)
		if (is(alert, LISTS) && !is(alert, "over")) {
			const json_t *pipeline = json_object_get(alert, "pipeline");
			deals += json_number_value(json_object_get(alert, "n"));
			open += json_number_value(json_object_get(alert, "open_deals"));
			amount += json_number_value(json_object_get(pipeline, "amount"));
		}
	if (deals == 0)
		return;
	char *count = words_count(llround(deals), "open deal", "open deals");
	char *of = open >= deals ? words_number(llround(open)) : NULL;
	char *worth = words_amount(amount, currency != NULL ? currency : "USD");
	view_text(view, "open_deals_text",
	    mem_printf(
		"%s%s%s, worth %s, should be looked at; the lists are with their managers",
		count, of != NULL ? " of " : "", of != NULL ? of : "", worth));
	free(count);
	free(of);
	free(worth);
}

/* A mail has room for the first: top_NAME, and NAME_more for how many are left. */
static void
put_top(json_t *view, const char *name, const json_t *list)
{
	json_t *top = json_array(), *one;
	char *field = mem_printf("top_%s", name), *more = mem_printf("%s_more", name);
	size_t i;

	json_array_foreach (list, i, one)
		if (i < TOP)
			json_array_append(top, one);
	view_part(view, field, top);
	if (json_array_size(list) > TOP)
		view_text(view, more, words_number((long long)(json_array_size(list) - TOP)));
	free(field);
	free(more);
}

static void
put_lists(json_t *view)
{
	json_t *changes = json_array(), *insights = json_array(), *alert;
	int32_t opened;
	size_t i;

	json_array_foreach (json_object_get(view, "alerts"), i, alert) {
		view_text(alert, "why_text",
		    drivers_public(mem_printf("%s", text_of(alert, "why_text")),
			json_object_get(alert, "why")));
		view_part(alert, "first_action",
		    json_incref(json_array_get(json_object_get(alert, "actions"), 0)));
		if (when_day(span(text_of(alert, "opened")), &opened))
			view_text(alert, "opened_text", words_day(opened));
		if (!is(alert, LISTS))
			json_array_append(
			    is(alert, "insight") && !is(alert, "over") ? insights : changes,
			    alert);
	}
	put_top(view, "changes", changes);
	put_top(view, "insights", insights);
	put_top(view, "held", json_object_get(view, "held"));
	if (json_array_size(changes) > 0)
		view_truth(view, "has_changes");
	if (json_array_size(insights) > 0)
		view_truth(view, "has_insights");
	view_part(view, "changes", changes);
	view_part(view, "insights", insights);
}

/* "Enterprise + Referral Leads, $4.3M open" */
static char *
about(const json_t *alert)
{
	const char *segment = text_of(alert, "segment_name"),
		   *amount = text_of(alert, "pipeline_amount");

	if (is(alert, LISTS))
		return mem_printf("%s, %s; managers have the lists",
		    text_of(alert, "pipeline_deals"), amount);
	return mem_printf("%s%s%s%s", segment, *segment != '\0' && *amount != '\0' ? ", " : "",
	    amount, *amount != '\0' ? " open" : "");
}

static bool
is_known(const json_t *actions, const char *text)
{
	const json_t *action;
	size_t i;

	json_array_foreach (actions, i, action)
		if (strcmp(text_of(action, "text"), text) == 0)
			return true;
	return false;
}

static void
put_action(json_t *actions, const json_t *alert, size_t which)
{
	const char *text =
	    json_string_value(json_array_get(json_object_get(alert, "actions"), which));

	if (text == NULL || json_array_size(actions) == ACTIONS || is_known(actions, text))
		return;
	json_t *made = json_object();
	view_text(made, "number", mem_printf("%zu", json_array_size(actions) + 1));
	view_text(made, "text", mem_printf("%s", text));
	view_text(made, "about", about(alert));
	append(actions, made);
}

/* All that a critical alert asks for; then the first of each other, the worst first. */
static void
put_actions(json_t *view)
{
	json_t *actions = json_array();
	const json_t *alert, *alerts = json_object_get(view, "alerts");
	size_t i;

	for (size_t which = 0; which < ACTIONS; which++)
		json_array_foreach (alerts, i, alert)
			if (is(alert, "critical"))
				put_action(actions, alert, which);
	for (size_t which = 0; which < ACTIONS; which++)
		json_array_foreach (alerts, i, alert)
			put_action(actions, alert, which);
	if (json_array_size(actions) > 0)
		view_truth(view, "has_actions");
	view_part(view, "three_actions", actions);
}

static void
put_reps(json_t *view, const json_t *reps, long long elsewhere)
{
	json_t *rows = json_array(), *row;
	size_t i;

	json_array_foreach (json_object_get(view, "reps"), i, row)
		if (may_see(reps, text_of(row, "id")))
			json_array_append(rows, row);
	if (json_array_size(rows) > 0)
		view_truth(view, "has_reps");
	json_object_del(view, "reps"); /* what is not there no template can show */
	view_part(view, "rep_rows", rows);
	if (elsewhere > 0)
		view_text(view, "reps_elsewhere", words_count(elsewhere, "alert", "alerts"));
}

/* What stands in a picture, for who cannot see it. */
static void
put_alts(json_t *view)
{
	const json_t *trend = json_object_get(view, "trend"),
		     *last = json_object_get(trend, "last");
	const char *moved = text_of(json_object_get(view, "pipeline"), "sentence");

	if (last != NULL)
		view_text(view, "trend_alt",
		    mem_printf(
			"Win rate by week, %s: newest %s (95%% interval %s, %s won), %s over "
			"all of these weeks; lowest %s, highest %s.",
			text_of(trend, "days"), text_of(last, "percent"),
			text_of(last, "range"), text_of(last, "counts"),
			text_of(json_object_get(trend, "usual"), "label"),
			text_of(trend, "lowest"), text_of(trend, "highest")));
	if (*moved != '\0')
		view_text(view, "movement_alt", mem_printf("%s", moved));
}

/* What the cap left out.  The "more" of other messages would be taken for that of a table. */
static void
put_left_out(json_t *view, const json_t *delivery)
{
	json_int_t left = json_integer_value(json_object_get(delivery, "more"));

	json_object_del(view, "more");
	if (left > 0) {
		char *number = words_number(left);
		view_text(view, "and_more", mem_printf("and %s more", number));
		free(number);
	}
}

json_t *
weekly_view(const json_t *delivery, const json_t *report, const json_t *company)
{
	const json_t *reps = reps_for(delivery, company);
	long long elsewhere = 0;
	json_t *seen = json_copy((json_t *)delivery);
	json_t *all = gather(delivery, report, reps, &elsewhere);

	if (json_object_set_new(seen, "alerts", all) != 0)
		die(EX_OSERR, "weekly: out of memory");
	json_t *view = view_new(seen, company);
	if (json_object_get(report, "data_through_text") != NULL)
		json_object_del(view, "data_through_text"); /* the report's is the newest */
	json_object_update_missing(view, (json_t *)report);
	view_part(view, "currency", json_incref(json_object_get(company, "currency")));
	put_left_out(view, delivery);
	put_lists(view);
	put_open_deals(view);
	put_actions(view);
	put_reps(view, reps, elsewhere);
	put_alts(view);
	if (json_is_true(json_object_get(view, "unanalyzed")))
		json_object_del(view, "quiet"); /* nobody looked */
	weekly_lines(view);
	json_decref(seen);
	return view;
}
