#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diag.h"
#include "matcher.h"
#include "mem.h"
#include "pattern.h"
#include "segment.h"

static const char dimension[] = "segment.";

enum { WHY_MAX = PATTERN_WHY, PREFIX = sizeof dimension - 1 };

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

static bool
is_label(const char *name)
{
	static const char *const labels[] = { "type", "direction", "severity", "priority",
		"state", "segment" };

	if (strncmp(name, dimension, PREFIX) == 0)
		return name[PREFIX] != '\0';
	for (size_t i = 0; i < sizeof labels / sizeof *labels; i++)
		if (strcmp(name, labels[i]) == 0)
			return true;
	return false;
}

/* False, with why, if the pattern is none. */
static bool
compile(struct matcher *matcher, char why[WHY_MAX])
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
	} else if (!is_label(matcher->label)) {
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

/* The label's value, to free(). */
static char *
label_of(const json_t *alert, const char *label)
{
	const json_t *segment = json_object_get(alert, "segment"), *value;

	if (strcmp(label, "segment") == 0)
		return segment_text(segment);
	value = strncmp(label, dimension, PREFIX) == 0
	    ? json_object_get(segment, label + PREFIX)
	    : json_object_get(alert, label);
	const char *text = json_string_value(value);
	return mem_printf("%s", text != NULL ? text : "");
}

bool
matcher_fits(const struct matcher *matcher, const json_t *alert)
{
	char *value = label_of(alert, matcher->label);
	bool fits = matcher->pattern != NULL ? pattern_fits(matcher->pattern, span(value))
					     : strcmp(value, matcher->value) == 0;

	free(value);
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
