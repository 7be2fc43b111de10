#include <math.h>
#include <stdlib.h>

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

static char *
tried(const struct subject *s)
{
	double segments;

	return number_of(s->alert, "tried", &segments)
	    ? words_count(llround(segments), "segment tried", "segments tried")
	    : NULL;
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
	char *text = joined(counts(s), "; ", tried(s));

	text = joined(text, "; ", through(s));
	return owned(joined(text, "; ", mem_printf("association, not cause")));
}
