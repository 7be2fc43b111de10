#include <stdio.h>
#include <stdlib.h>

#include "diag.h"
#include "mem.h"
#include "question.h"
#include "when.h"

struct period
question_period(const char *text)
{
	const char *dots = strstr(text, "..");
	struct period period;

	if (dots == NULL
	    || !when_day((struct span){ text, (size_t)(dots - text) }, &period.from)
	    || !when_day(span(dots + 2), &period.to))
		die(EX_USAGE, "%s: a period is FROM..TO, two days: 2024-01-01..2024-03-31",
		    text);
	if (period.from > period.to)
		die(EX_USAGE, "%s: ends before it begins", text);
	return period;
}

/* Up to the first of the stops, which is passed over if it is there; free() it. */
static char *
piece(const char **place, const char *stops)
{
	size_t len;
	char *text;
	FILE *to = mem_stream(&text, &len);

	for (; **place != '\0' && strchr(stops, **place) == NULL; ++*place) {
		if (**place == '\\' && (*place)[1] != '\0')
			++*place;
		putc(**place, to);
	}
	mem_stream_end(to, &text);
	return text;
}

void
question_conditions(struct question *question, const char *text)
{
	for (const char *p = text;; p++) {
		if (question->conditions == CONDITIONS)
			die(EX_USAGE, "--segment %s: more than %d conditions", text,
			    CONDITIONS);
		struct condition *condition = &question->condition[question->conditions++];
		condition->field = piece(&p, "=,");
		if (*condition->field == '\0' || *p != '=')
			die(EX_USAGE,
			    "--segment %s: conditions are FIELD=VALUE, with commas between",
			    text);
		p++;
		condition->value = piece(&p, ",");
		if (*condition->value == '\0') {
			free(condition->value);
			condition->value = NULL;
		}
		if (*p == '\0')
			break;
	}
}

void
question_window(struct question *question, int32_t last, int32_t days)
{
	question->after = (struct period){ last - days + 1, last };
	question->before = (struct period){ last - days + 1 - YEAR, last - days };
}

void
question_release(struct question *question)
{
	for (size_t i = 0; i < question->conditions; i++) {
		free(question->condition[i].field);
		free(question->condition[i].value);
	}
	question->conditions = 0;
}
