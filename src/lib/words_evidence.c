#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "words_part.h"

/* "42 of 150 won"; the caller frees it. */
static char *
won_of(const json_t *object, const char *won_field, const char *n_field, const char *when)
{
	double won, n;

	if (!number_of(object, won_field, &won) || !number_of(object, n_field, &n))
		return NULL;
	char *won_text = words_number(llround(won)), *n_text = words_number(llround(n));
	char *text = mem_printf("%s of %s won%s", won_text, n_text, when);
	free(won_text);
	free(n_text);
	return text;
}

/* Both halves, or the one there is. */
static char *
joined(char *first, const char *joint, char *second)
{
	if (first == NULL || second == NULL)
		return first != NULL ? first : second;
	char *text = mem_printf("%s%s%s", first, joint, second);
	free(first);
	free(second);
	return text;
}

static char *
expected(const struct subject *s)
{
	double won;

	return number_of(s->alert, "expected", &won)
	    ? mem_printf("%.*f expected", won < 9.95 && won != round(won), won)
	    : NULL;
}

/* What counts of findings that are of no win rate. */
static char *
other_counts(const struct subject *s)
{
	double count, n;

	if (number_of(s->alert, "decided", &count))
		return words_count(llround(count), "decided", "decided");
	if (!number_of(s->alert, "n", &n))
		return NULL;
	if (number_of(s->alert, "older_than", &count))
		return words_count(llround(n), "old deal closed", "old deals closed");
	if (!number_of(s->alert, "created", &count))
		return NULL;
	char *of = words_count(llround(n), "new deal", "new deals");
	char *number = words_number(llround(count));
	char *text = mem_printf("%s of %s", number, of);
	free(of);
	free(number);
	return text;
}

static char *
counts(const struct subject *s)
{
	const json_t *raw = json_object_get(s->alert, "raw");
	char *recent = won_of(raw, "recent_won", "recent_n", " recently");

	if (recent != NULL)
		return joined(
		    recent, ", ", won_of(raw, "historical_won", "historical_n", " before"));
	char *won = won_of(s->alert, "won", "n", "");
	return joined(won != NULL ? won : other_counts(s), ", ", expected(s));
}

static bool
reads_as(
    const struct subject *s, const char *rate_field, const char *won_field, const char *n_field)
{
	const json_t *raw = json_object_get(s->alert, "raw");
	double rate, won, n;

	if (!number_of(s->alert, rate_field, &rate) || !number_of(raw, won_field, &won)
	    || !number_of(raw, n_field, &n) || n <= 0)
		return true;
	char *shown = words_percent(rate, 0), *counted = words_percent(won / n, 0);
	bool alike = strcmp(shown, counted) == 0;
	free(shown);
	free(counted);
	return alike;
}

/* Whoever divides the counts must know why the rates above them are others. */
static char *
drawn(const struct subject *s)
{
	if (reads_as(s, "value", "recent_won", "recent_n")
	    && reads_as(s, "baseline", "historical_won", "historical_n"))
		return NULL;
	return mem_printf("rates drawn towards those of all reps");
}

static char *
tried(const struct subject *s)
{
	double segments;

	if (!number_of(s->alert, "tried", &segments))
		return NULL;
	if (text_of(s->alert, "metric") != NULL)
		return words_count(llround(segments), "series tried", "series tried");
	return words_count(llround(segments), "segment tried", "segments tried");
}

/* How long one waits for one: "about one in 12 months". */
static char *
waited(double per_week)
{
	double weeks = 1 / per_week, months = weeks * 12 * 7 / 365.25;

	if (per_week >= 1.5)
		return mem_printf("about %.0f a week", per_week);
	if (weeks < 1.5)
		return mem_printf("about one a week");
	if (months < 1.5)
		return mem_printf("about one in %.0f weeks", weeks);
	if (months < 24)
		return mem_printf("about one in %.0f months", months);
	return mem_printf("fewer than one in two years");
}

/* "false alarms: about one in 12 months on shuffled outcomes (20 copies)" */
static char *
false_alarms(const struct subject *s)
{
	const json_t *placebo = json_object_get(s->alert, "false_alarms");
	double rate, copies;

	if (!number_of(placebo, "per_week", &rate) || !number_of(placebo, "copies", &copies))
		return NULL;
	char *runs = words_count(llround(copies), "copy", "copies");
	char *often = rate <= 0 ? mem_printf("none") : waited(rate);
	char *text = mem_printf("false alarms: %s on shuffled outcomes (%s)", often, runs);
	free(runs);
	free(often);
	return text;
}

static char *
through(const struct subject *s)
{
	const char *day = text_of(s->alert, "data_through");

	if (day == NULL)
		day = text_of(s->alert, "date");
	return day != NULL ? mem_printf("data through %s", day) : NULL;
}

json_t *
words_expected(const struct subject *s)
{
	double count;

	return number_of(s->alert, "expected", &count)
	    ? owned(count < 9.95 ? mem_printf("%.1f", count) : words_number(llround(count)))
	    : NULL;
}

/* "25% are decided within 31 days, usually within 22 days." */
json_t *
words_cycle(const struct subject *s)
{
	double share, days, usual;

	if (!number_of(s->alert, "cycle_share", &share)
	    || !number_of(s->alert, "cycle_days", &days)
	    || !number_of(s->alert, "usual_cycle_days", &usual))
		return NULL;
	char *percent = words_percent(share, 0);
	char *now = words_count(llround(days), "day", "days");
	char *before = words_count(llround(usual), "day", "days");
	char *text =
	    mem_printf("%s are decided within %s, usually within %s.", percent, now, before);
	free(percent);
	free(now);
	free(before);
	return owned(text);
}

/* "60 deals older than 98 days" */
json_t *
words_bulk(const struct subject *s)
{
	double n, age;

	if (!number_of(s->alert, "n", &n) || !number_of(s->alert, "older_than", &age))
		return NULL;
	char *deals = words_count(llround(n), "deal", "deals");
	char *days = words_count(llround(age), "day", "days");
	char *text = mem_printf("%s older than %s", deals, days);
	free(deals);
	free(days);
	return owned(text);
}

json_t *
words_counts(const struct subject *s)
{
	return owned(counts(s));
}

json_t *
words_tried(const struct subject *s)
{
	return owned(tried(s));
}

json_t *
words_evidence(const struct subject *s)
{
	char *text = joined(counts(s), "; ", drawn(s));

	text = joined(text, "; ", tried(s));
	text = joined(text, "; ", false_alarms(s));
	text = joined(text, "; ", through(s));
	const char *caveat = json_object_get(s->alert, "warnings") != NULL
	    ? "chances by segment, age and pushes"
	    : "association, not cause";
	return owned(joined(text, "; ", mem_printf("%s", caveat)));
}
