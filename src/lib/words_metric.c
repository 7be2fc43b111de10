#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "words_part.h"

bool
words_is_rate(const struct subject *s)
{
	const char *unit = text_of(s->alert, "unit");

	return unit == NULL || strcmp(unit, "rate") == 0;
}

/* "stage_conversion" is said as it is spoken. */
json_t *
words_metric_name(const struct subject *s)
{
	const char *metric = text_of(s->alert, "metric");

	if (metric == NULL)
		return NULL;
	char *name = mem_copy(metric, strlen(metric));
	for (char *p = name; *p != '\0'; p++)
		if (*p == '_')
			*p = ' ';
	return owned(name);
}

static char *
number_text(double number)
{
	if (fabs(number) < 1e15 && (fabs(number) >= 100 || number == round(number)))
		return words_number(llround(number));
	return mem_printf("%.3g", number);
}

/* What is no rate, in its unit. */
json_t *
words_measured(const struct subject *s, const char *field)
{
	const char *unit = text_of(s->alert, "unit");
	double number;

	if (!number_of(s->alert, field, &number))
		return NULL;
	if (strcmp(unit, "amount") == 0)
		return owned(words_amount(number, words_currency(s)));
	char *text = number_text(number);
	if (strcmp(unit, "days") != 0)
		return owned(text);
	char *days = mem_printf("%s days", text);
	free(text);
	return owned(days);
}
