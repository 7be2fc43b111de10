#include <stdlib.h>
#include <string.h>

#include "fault.h"
#include "mem.h"
#include "view.h"
#include "when.h"
#include "words.h"

enum { MINUTE = 60, HOUR = 60 * MINUTE, DAY = 24 * HOUR };

static const char *
text_of(const json_t *object, const char *name, const char *otherwise)
{
	const char *text = json_string_value(json_object_get(object, name));

	return text != NULL ? text : otherwise;
}

static const char storm[] = "Too many alerts at once";

/* No failure: route did what it is there for. */
static bool
is_storm(const json_t *fault)
{
	return strcmp(text_of(fault, "stage", ""), "route") == 0
	    && strncmp(text_of(fault, "reason", ""), "storm:", 6) == 0;
}

static char *
title_of(const json_t *fault, bool over)
{
	const char *stage = text_of(fault, "stage", "?"),
		   *receiver = text_of(fault, "receiver", NULL),
		   *channel = text_of(fault, "channel", "?");

	if (is_storm(fault))
		return mem_copy(storm, strlen(storm));
	if (receiver != NULL)
		return mem_printf(
		    "%s %s by %s", over ? "Can reach" : "Cannot reach", receiver, channel);
	return mem_printf("%s %s", stage, over ? "works again" : "failed");
}

/* "1 April 2024, 02:00 UTC"; what is no instant stays as it is. */
static char *
instant_text(const char *text)
{
	char stamp[WHEN_INSTANT_MAX];
	int64_t instant;
	int32_t day;

	if (text == NULL || !when_instant(span(text), &instant))
		return text != NULL ? mem_copy(text, strlen(text)) : NULL;
	when_instant_text(instant, stamp);
	when_day((struct span){ stamp, WHEN_DAY_LEN }, &day);
	char *date = words_day(day), *shown = mem_printf("%s, %.5s UTC", date, stamp + 11);
	free(date);
	return shown;
}

static char *
lasted(const char *since, const char *until)
{
	int64_t from, to;

	if (since == NULL || until == NULL
	    || !when_instant(span(since), &from)
		|| !when_instant(span(until), &to) || to < from)
		return NULL;
	int64_t seconds = to - from;
	if (seconds >= 2 * DAY)
		return words_count(seconds / DAY, "day", "days");
	if (seconds >= 2 * HOUR)
		return words_count(seconds / HOUR, "hour", "hours");
	return words_count((seconds + MINUTE - 1) / MINUTE, "minute", "minutes");
}

json_t *
fault_words(const json_t *fault)
{
	json_t *words = json_copy((json_t *)fault), *is = json_object();
	const char *since = text_of(fault, "since", NULL),
		   *until = text_of(fault, "until", NULL);
	char *title = title_of(fault, until != NULL);
	char *headline = mem_printf("%s: %s", until != NULL ? "ALL CLEAR" : "FAULT", title);

	view_truth(is,
	    is_storm(fault)                                ? "storm"
		: text_of(fault, "receiver", NULL) != NULL ? "notify"
							   : "stage");
	if (until != NULL)
		view_truth(is, "over");
	view_part(words, "is", is);
	view_text(words, "rule", words_rule(headline));
	view_text(words, "title", title);
	view_text(words, "headline", headline);
	view_text(words, "since_text", instant_text(since));
	view_text(words, "until_text", instant_text(until));
	view_text(words, "lasted", lasted(since, until));
	return words;
}
