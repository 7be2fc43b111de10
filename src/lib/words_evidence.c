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

static char *
counts(const struct subject *s)
{
	const json_t *raw = json_object_get(s->alert, "raw");
	char *recent = won_of(raw, "recent_won", "recent_n", " recently");

	if (recent != NULL)
		return joined(
		    recent, ", ", won_of(raw, "historical_won", "historical_n", " before"));
	return joined(won_of(s->alert, "won", "n", ""), ", ", expected(s));
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

static char *
through(const struct subject *s)
{
	const char *day = text_of(s->alert, "data_through");

	if (day == NULL)
		day = text_of(s->alert, "date");
	return day != NULL ? mem_printf("data through %s", day) : NULL;
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
	text = joined(text, "; ", through(s));
	return owned(joined(text, "; ", mem_printf("association, not cause")));
}
