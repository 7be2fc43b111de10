#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diag.h"
#include "mem.h"
#include "template.h"
#include "words_part.h"

enum { NAMED = 5 };
static const char REP[] = "sales_rep_id";

static json_t *
rep(const struct subject *s)
{
	const char *rep = text_of(json_object_get(s->alert, "segment"), REP);

	return rep != NULL ? json_string(words_shown(s, "display", REP, rep)) : NULL;
}

static const char *
label_of(const struct subject *s)
{
	const char *severity = text_of(s->alert, "severity");

	return severity != NULL && strcmp(severity, "insight") == 0 ? "INSIGHT" : "ALERT";
}

static json_t *
label(const struct subject *s)
{
	return json_string(label_of(s));
}

static char *
headline_of(const struct subject *s)
{
	const char *title = text_of(s->alert, "title");

	return title != NULL ? mem_printf("%s: %s", label_of(s), title) : NULL;
}

static json_t *
headline(const struct subject *s)
{
	return owned(headline_of(s));
}

/* As long as the headline is when it is shown, in characters. */
char *
words_rule(const char *headline)
{
	char *shown = template_escape(TEMPLATE_PLAIN, span(headline)), *to;
	char *text = to = mem_new(strlen(shown) + 1, strlen("━"));

	for (const char *p = shown; *p != '\0'; p++)
		if ((*p & 0xc0) != 0x80)
			to = stpcpy(to, "━");
	free(shown);
	return text;
}

static json_t *
rule(const struct subject *s)
{
	char *line = headline_of(s);
	char *text = line != NULL ? words_rule(line) : NULL;

	free(line);
	return owned(text);
}

/* Two rates that differ must not read alike: then both get a decimal. */
static int
places_of(const struct subject *s)
{
	double value, baseline;

	if (!number_of(s->alert, "value", &value) || !number_of(s->alert, "baseline", &baseline)
	    || value == baseline)
		return 0;
	char *a = words_percent(value, 0), *b = words_percent(baseline, 0);
	bool alike = strcmp(a, b) == 0;
	free(a);
	free(b);
	return alike ? 1 : 0;
}

static json_t *
percent(const struct subject *s, const char *field)
{
	double rate;

	return words_is_rate(s) && number_of(s->alert, field, &rate)
	    ? owned(words_percent(rate, s->places))
	    : NULL;
}

/* clang-format off */
static json_t *value_percent(const struct subject *s) { return percent(s, "value"); }
static json_t *value_low(const struct subject *s) { return percent(s, "value_low"); }
static json_t *value_high(const struct subject *s) { return percent(s, "value_high"); }
static json_t *baseline_percent(const struct subject *s) { return percent(s, "baseline"); }
static json_t *baseline_low(const struct subject *s) { return percent(s, "baseline_low"); }
static json_t *baseline_high(const struct subject *s) { return percent(s, "baseline_high"); }
/* clang-format on */

static json_t *
value_text(const struct subject *s)
{
	return words_is_rate(s) ? value_percent(s) : words_measured(s, "value");
}

static json_t *
baseline_text(const struct subject *s)
{
	return words_is_rate(s) ? baseline_percent(s) : words_measured(s, "baseline");
}

/* Between the two percents as they are shown, so that the reader's sum comes out. */
static json_t *
points(const struct subject *s)
{
	json_t *value = value_percent(s), *baseline = baseline_percent(s);
	json_t *text = NULL;

	if (value != NULL && baseline != NULL) {
		double gap = fabs(strtod(json_string_value(value), NULL)
		    - strtod(json_string_value(baseline), NULL));
		int places = fabs(gap - round(gap)) > 0.04 ? 1 : 0;
		text = owned(mem_printf(
		    "%.*f point%s", places, gap, places == 0 && lround(gap) == 1 ? "" : "s"));
	}
	json_decref(value);
	json_decref(baseline);
	return text;
}

static json_t *
change(const struct subject *s)
{
	const char *direction = text_of(s->alert, "direction");
	double effect;

	if (direction != NULL)
		return json_string(direction);
	return number_of(s->alert, "effect", &effect) ? json_string(effect < 0 ? "down" : "up")
						      : NULL;
}

static json_t *
period(const struct subject *s)
{
	double days;

	if (!number_of(s->alert, "days", &days) || days < 1)
		return NULL;
	return days < 2 ? json_string("Last day") : owned(mem_printf("Last %.0f days", days));
}

const char *
words_currency(const struct subject *s)
{
	const char *of_segment = text_of(json_object_get(s->alert, "segment"), "currency");
	const char *of_company = text_of(s->company, "currency");

	return of_segment != NULL ? of_segment : of_company != NULL ? of_company : "USD";
}

static json_t *
pipeline_amount(const struct subject *s)
{
	double amount;

	return number_of(json_object_get(s->alert, "pipeline"), "amount", &amount)
	    ? owned(words_amount(amount, words_currency(s)))
	    : NULL;
}

static json_t *
pipeline_deals(const struct subject *s)
{
	double deals;

	return number_of(json_object_get(s->alert, "pipeline"), "deals", &deals)
	    ? owned(words_count((long long)deals, "deal", "deals"))
	    : NULL;
}

/* Those who can be talked to. */
static json_t *
reps_text(const struct subject *s)
{
	const json_t *reps = json_object_get(s->alert, "reps"), *rep;
	json_t *names = json_array();
	size_t i;

	json_array_foreach (reps, i, rep) {
		const char *id = text_of(rep, REP);
		if (id != NULL && json_object_get(rep, "left") == NULL)
			json_array_append_new(
			    names, json_string(words_shown(s, "display", REP, id)));
	}
	json_t *text = words_list(names, NULL, NAMED);
	json_decref(names);
	return text;
}

static json_t *
deals_text(const struct subject *s)
{
	const json_t *deals = json_object_get(s->alert, "deals");
	bool named = json_is_string(json_array_get(deals, 0));

	return words_list(deals, named ? NULL : "deal_id", NAMED);
}

static json_t *
momentum(const struct subject *s)
{
	double index;

	return number_of(s->alert, "momentum", &index) ? owned(mem_printf("%.2f", index))
						       : NULL;
}

static json_t *
momentum_word(const struct subject *s)
{
	double index;

	return number_of(s->alert, "momentum", &index)
	    ? json_string(index < 1 ? "declining" : "rising")
	    : NULL;
}

static json_t *
velocity(const struct subject *s)
{
	double ratio;

	if (!number_of(s->alert, "velocity", &ratio) || ratio <= 0)
		return NULL;
	double times = ratio >= 1 ? ratio : 1 / ratio;
	if (times < 1.05)
		return json_string("as fast as average");
	return owned(
	    mem_printf("%.1fx %s than average", times, ratio >= 1 ? "faster" : "slower"));
}

static json_t *
recent_percent(const struct subject *s)
{
	return json_object_get(s->alert, "momentum") != NULL ? value_percent(s) : NULL;
}

static json_t *
historical_percent(const struct subject *s)
{
	return json_object_get(s->alert, "momentum") != NULL ? baseline_percent(s) : NULL;
}

static const char *
one_of(const char *const *names, const char *name)
{
	while (*names != NULL && (name == NULL || strcmp(*names, name) != 0))
		names++;
	return *names;
}

/* {"win_rate_drop": true, "critical": true}: what sections of templates ask. */
static json_t *
is(const struct subject *s)
{
	static const char *const types[] = { "win_rate_drop", "win_rate_rise", "rep_shift",
		"segment_insight", "deal_warnings", "stage_conversion", NULL };
	static const char *const severities[] = { "critical", "warning", "insight", NULL };
	const char *type = one_of(types, text_of(s->alert, "type"));
	const char *severity = one_of(severities, text_of(s->alert, "severity"));
	json_t *answers = json_object();

	json_object_set_new(answers, type != NULL ? type : "other", json_true());
	if (severity != NULL)
		json_object_set_new(answers, severity, json_true());
	if (words_over(s))
		json_object_set_new(answers, "over", json_true());
	else if (json_array_size(json_object_get(s->alert, "actions")) > 0)
		json_object_set_new(answers, "actionable", json_true());
	return answers;
}

static json_t *
pace_percent(const struct subject *s)
{
	double pace;

	return number_of(s->alert, "pace", &pace) ? owned(words_percent(pace, 0)) : NULL;
}

static const struct {
	const char *name;
	json_t *(*of)(const struct subject *);
} words[] = {
	{ "label", label },
	{ "headline", headline },
	{ "rule", rule },
	{ "segment_name", words_segment },
	{ "team", words_team },
	{ "rep", rep },
	{ "value_percent", value_percent },
	{ "value_low_percent", value_low },
	{ "value_high_percent", value_high },
	{ "baseline_percent", baseline_percent },
	{ "baseline_low_percent", baseline_low },
	{ "baseline_high_percent", baseline_high },
	{ "points", points },
	{ "change", change },
	{ "metric_name", words_metric_name },
	{ "value_text", value_text },
	{ "baseline_text", baseline_text },
	{ "period", period },
	{ "pipeline_amount", pipeline_amount },
	{ "pipeline_deals", pipeline_deals },
	{ "reps_text", reps_text },
	{ "deals_text", deals_text },
	{ "deal_rows", words_deal_rows },
	{ "deal_links", words_deal_links },
	{ "deal_lines", words_deal_lines },
	{ "deals_more", words_deals_more },
	{ "warnings_text", words_warnings },
	{ "open_text", words_open_deals },
	{ "recent_percent", recent_percent },
	{ "historical_percent", historical_percent },
	{ "momentum_word", momentum_word },
	{ "notes", words_notes },
	{ "pace_percent", pace_percent },
	{ "expected_text", words_expected },
	{ "cycle_text", words_cycle },
	{ "bulk_text", words_bulk },
	{ "counts", words_counts },
	{ "tried_text", words_tried },
	{ "evidence", words_evidence },
	{ "why_text", words_why_text },
	{ "life_text", words_life },
	{ "is", is },
	{ "momentum", momentum },
	{ "velocity", velocity },
};

/* No word is made of another, but for `momentum` and `velocity`, which stand after all that
   look at the numbers they take the place of. */
void
words_add(json_t *alert, const json_t *company)
{
	struct subject subject = { .alert = alert, .company = company };

	if (!json_is_object(alert))
		die(EX_DATAERR, "an alert that is no object has no words");
	subject.places = places_of(&subject);
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		json_t *word = words[i].of(&subject);
		if (word != NULL)
			json_object_set_new(alert, words[i].name, word);
		else
			json_object_del(alert, words[i].name);
	}
}

json_t *
words_alert(const json_t *alert, const json_t *company)
{
	json_t *copy = json_copy((json_t *)alert);

	words_add(copy, company);
	return copy;
}
