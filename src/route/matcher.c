#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alert.h"
#include "matcher.h"
#include "mem.h"
#include "pattern.h"

enum { WHY_MAX = MATCHER_WHY };

struct matcher {
	char *label, *value;
	bool negated;
	struct pattern *pattern; /* of =~ and !~ */
};

/* The longer first, since "=" begins "=~". */
static const struct operator
{
	const char *text;
	bool negated, pattern;
}
operators[] = {
	{ "=~", false, true },
	{ "!~", true, true },
	{ "!=", true, false },
	{ "=", false, false },
};
enum { OPERATORS = sizeof operators / sizeof *operators };

static char *
trimmed(const char *from, const char *end)
{
	while (from < end && *from == ' ')
		from++;
	while (end > from && end[-1] == ' ')
		end--;
	return mem_copy(from, (size_t)(end - from));
}

static char *
unquoted(const char *text)
{
	char *value = trimmed(text, text + strlen(text));
	size_t len = strlen(value);

	if (len >= 2 && value[0] == '"' && value[len - 1] == '"') {
		memmove(value, value + 1, len - 2);
		value[len - 2] = '\0';
	}
	return value;
}

/* False, with why, if the pattern is none. */
static bool
compile(struct matcher *matcher, char why[PATTERN_WHY])
{
	matcher->pattern = pattern_new(matcher->value, why);
	return matcher->pattern != NULL;
}

struct matcher *
matcher_new(const char *text, char why[WHY_MAX])
{
	struct matcher *matcher = mem_new(1, sizeof *matcher);
	const char *sign = text + strcspn(text, "=!");
	size_t i = 0;

	while (
	    i < OPERATORS && strncmp(sign, operators[i].text, strlen(operators[i].text)) != 0)
		i++;
	matcher->label = trimmed(text, sign);
	if (i == OPERATORS) {
		snprintf(why, WHY_MAX, "must be LABEL = VALUE, or != or =~ or !~");
	} else if (!alert_has_label(matcher->label)) {
		snprintf(why, WHY_MAX, "unknown label \"%s\"", matcher->label);
	} else {
		matcher->negated = operators[i].negated;
		matcher->value = unquoted(sign + strlen(operators[i].text));
		if (!operators[i].pattern || compile(matcher, why))
			return matcher;
	}
	matcher_free(matcher);
	return NULL;
}

bool
matcher_fits(const struct matcher *matcher, const struct alert *alert)
{
	const char *value = alert_label(alert, matcher->label);
	bool fits = matcher->pattern != NULL ? pattern_fits(matcher->pattern, span(value))
					     : strcmp(value, matcher->value) == 0;

	return fits != matcher->negated;
}

void
matcher_free(struct matcher *matcher)
{
	pattern_free(matcher->pattern);
	free(matcher->label);
	free(matcher->value);
	free(matcher);
}
