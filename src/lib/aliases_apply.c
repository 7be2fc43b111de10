#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aliases.h"
#include "mem.h"
#include "segment.h"

static const char label[] = "segment";

/* A value's new name, or NULL if it has none. */
static const char *
renamed(const struct aliases *aliases, const char *dimension, const json_t *value)
{
	size_t number = aliases_find(aliases, dimension);

	if (number == aliases_count(aliases) || !json_is_string(value))
		return NULL;
	return aliases_now(aliases, number,
	    (struct span){ json_string_value(value), json_string_length(value) });
}

static bool
rename_list(const struct aliases *aliases, const char *dimension, json_t *values)
{
	bool changed = false;
	json_t *value;
	size_t i;

	json_array_foreach (values, i, value) {
		const char *now = renamed(aliases, dimension, value);
		if (now != NULL)
			changed |= json_array_set_new(values, i, json_string(now)) == 0;
	}
	return changed;
}

/* Conditions: by dimension a value, or a list of them. */
static bool
rename_conditions(const struct aliases *aliases, json_t *conditions)
{
	bool changed = false;
	const char *name;
	json_t *value;

	json_object_foreach (conditions, name, value) {
		const char *now = renamed(aliases, name, value);
		if (now != NULL)
			changed |= json_object_set_new(conditions, name, json_string(now)) == 0;
		else if (json_is_array(value))
			changed |= rename_list(aliases, name, value);
	}
	return changed;
}

static bool
in_word(const char *text, const char *at)
{
	return at > text && (isalnum((unsigned char)at[-1]) || (at[-1] & 0x80) != 0);
}

/* The text with each whole word `old` as `now`; NULL if there is none. */
static char *
reworded(const char *text, const char *old, const char *now)
{
	size_t len, old_len = strlen(old);
	bool changed = false;
	char *said;
	FILE *to = mem_stream(&said, &len);

	for (const char *p = text; *p != '\0';) {
		unsigned char after = 0;
		if (strncmp(p, old, old_len) == 0)
			after = (unsigned char)p[old_len];
		if (strncmp(p, old, old_len) != 0 || in_word(text, p) || isalnum(after)
		    || after >= 0x80) {
			putc(*p++, to);
			continue;
		}
		fputs(now, to);
		p += old_len;
		changed = true;
	}
	mem_stream_end(to, &said);
	if (changed)
		return said;
	free(said);
	return NULL;
}

static json_t *
retold(const json_t *text, const char *old, const char *now)
{
	char *said = json_is_string(text) ? reworded(json_string_value(text), old, now) : NULL;
	json_t *value = said != NULL ? json_string(said) : NULL;

	free(said);
	return value;
}

static void
retell(json_t *record, const char *old, const char *now)
{
	static const char *const texts[] = { "title", "message", NULL };
	json_t *actions = json_object_get(record, "actions"), *action, *said;
	size_t i;

	for (const char *const *name = texts; *name != NULL; name++)
		if ((said = retold(json_object_get(record, *name), old, now)) != NULL)
			json_object_set_new(record, *name, said);
	json_array_foreach (actions, i, action)
		if ((said = retold(action, old, now)) != NULL)
			json_array_set_new(actions, i, said);
}

/* What was said of a segment by an old name is said by the new one. */
static void
retell_segment(const struct aliases *aliases, json_t *record)
{
	json_t *segment = json_object_get(record, label), *value;
	const char *name;

	if (json_object_get(record, "message") == NULL || !json_is_object(segment))
		return;
	json_object_foreach (segment, name, value) {
		const char *now = renamed(aliases, name, value);
		if (now != NULL)
			retell(record, json_string_value(value), now);
	}
}

/* The canonical text of a segment as an object; NULL if it is none. */
static json_t *
segment_read(const char *text)
{
	json_t *segment = json_object();
	char *part = mem_new(strlen(text) + 1, 1), *end = part, *sign = NULL;

	for (const char *p = text;; p++) {
		if (*p == '\\' && p[1] != '\0') {
			*end++ = *++p;
		} else if (*p == '=' && sign == NULL) {
			sign = end;
			*end++ = '\0';
		} else if (*p != ',' && *p != '\0') {
			*end++ = *p;
		} else {
			*end = '\0';
			if (sign != NULL)
				json_object_set_new(segment, part, json_string(sign + 1));
			end = part;
			sign = NULL;
		}
		if (*p == '\0')
			break;
	}
	free(part);
	return segment;
}

static char *
matched_segment(const struct aliases *aliases, const char *value)
{
	json_t *segment = segment_read(value);
	char *text = rename_conditions(aliases, segment) ? segment_text(segment) : NULL;

	json_decref(segment);
	return text;
}

static char *
matched_value(const struct aliases *aliases, const char *dimension, const char *value)
{
	json_t *text = json_string(value);
	const char *now = renamed(aliases, dimension, text);
	char *copy = now != NULL ? mem_copy(now, strlen(now)) : NULL;

	json_decref(text);
	return copy;
}

/* "segment.region != \"Europe\"" in its parts: up to its sign, and its value. */
static char *
rematched(const struct aliases *aliases, const char *text)
{
	const char *sign = text + strcspn(text, "=!"), *value;
	char *name = mem_copy(text, strcspn(text, "=! ")), *now = NULL, *matcher = NULL;

	if (*sign == '\0' || sign[strspn(sign, "!=")] == '~') {
		free(name);
		return NULL;
	}
	value = sign + strspn(sign, "!=");
	value += strspn(value, " \"");
	char *bare = mem_copy(value, strlen(value));
	for (size_t len = strlen(bare); len > 0 && strchr(" \"", bare[len - 1]) != NULL;)
		bare[--len] = '\0';
	if (strcmp(name, label) == 0)
		now = matched_segment(aliases, bare);
	else if (strncmp(name, label, sizeof label - 1) == 0 && name[sizeof label - 1] == '.')
		now = matched_value(aliases, name + sizeof label, bare);
	if (now != NULL)
		matcher = mem_printf(
		    "%.*s \"%s\"", (int)(sign + strspn(sign, "!=") - text), text, now);
	free(now);
	free(bare);
	free(name);
	return matcher;
}

static bool
rename_matchers(const struct aliases *aliases, json_t *matchers)
{
	bool changed = false;
	json_t *matcher;
	size_t i;

	json_array_foreach (matchers, i, matcher) {
		char *now = json_is_string(matcher)
		    ? rematched(aliases, json_string_value(matcher))
		    : NULL;
		if (now != NULL)
			changed |= json_array_set_new(matchers, i, json_string(now)) == 0;
		free(now);
	}
	return changed;
}

static bool
holds_conditions(const char *name)
{
	static const char *const names[] = { label, "visible_segment", "replaces", "where",
		NULL };

	for (const char *const *one = names; *one != NULL; one++)
		if (strcmp(*one, name) == 0)
			return true;
	return false;
}

bool
aliases_apply(const struct aliases *aliases, json_t *record)
{
	bool changed = false;
	const char *name;
	json_t *value;
	size_t i;

	if (aliases_count(aliases) == 0)
		return false;
	retell_segment(aliases, record);
	json_object_foreach (record, name, value)
		if (holds_conditions(name) && json_is_object(value))
			changed |= rename_conditions(aliases, value);
		else if (strcmp(name, "matchers") == 0)
			changed |= rename_matchers(aliases, value);
		else
			changed |= aliases_apply(aliases, value);
	json_array_foreach (record, i, value)
		changed |= aliases_apply(aliases, value);
	return changed;
}
