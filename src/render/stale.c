#include <stdlib.h>
#include <string.h>

#include "diag.h"
#include "field.h"
#include "file.h"
#include "mem.h"
#include "stale.h"
#include "view.h"
#include "when.h"
#include "words.h"

enum { HOUR = 3600, DAY = 24 * HOUR, WEEK_DAYS = 7, FILE_MAX = 1 << 16 };

/* Hours while they are few. */
static char *
age_text(int64_t seconds)
{
	return seconds < 2 * DAY - HOUR ? words_count(seconds / HOUR, "hour", "hours")
					: words_count((seconds + HOUR) / DAY, "day", "days");
}

/* What the zone's clock shows: where it was changed that day, not the seconds since midnight. */
static int
clock_of(int64_t instant, int32_t day, const char *zone)
{
	int seconds = (int)(instant - when_local(day, 0, zone));

	for (int shift = -2 * HOUR; shift <= 2 * HOUR; shift += HOUR / 2)
		if (seconds + shift >= 0 && when_local(day, seconds + shift, zone) == instant)
			return seconds + shift;
	return seconds;
}

/* "Sunday 02:00"; longer ago than a week "Sunday 31 March 2024 02:00". */
static char *
sync_text(int64_t since, int64_t now, const char *zone)
{
	static const char *const names[] = { "Monday", "Tuesday", "Wednesday", "Thursday",
		"Friday", "Saturday", "Sunday" };
	int32_t day = when_local_day(since, zone);
	int seconds = clock_of(since, day, zone);
	bool long_ago = when_local_day(now, zone) - day >= WEEK_DAYS;
	char *date = words_day(day);
	char *text = mem_printf("%s%s%s %02d:%02d", names[day - when_week(day)],
	    long_ago ? " " : "", long_ago ? date : "", seconds / HOUR, seconds / 60 % 60);

	free(date);
	return text;
}

/* "Not analyzed since 7 April 2024 (data are 28 hours old)": as old as the last day's end. */
static char *
unanalyzed_text(int32_t through, int64_t now, const char *zone)
{
	int64_t end = when_local(through + 1, 0, zone);
	char *day = words_day(through), *old = age_text(now > end ? now - end : 0);
	char *text = mem_printf("Not analyzed since %s (data are %s old)", day, old);

	free(day);
	free(old);
	return text;
}

/* Takes the text, and names the sources that gave nothing where others did. */
static char *
with_missing(char *text, const json_t *sources)
{
	json_t *names = words_list(sources, NULL, SIZE_MAX);

	if (names == NULL)
		return text;
	char *longer = mem_printf("%s (missing: %s)", text, json_string_value(names));
	free(text);
	json_decref(names);
	return longer;
}

void
stale_put(json_t *view, const json_t *company, int64_t now)
{
	const json_t *stale = json_object_get(view, "stale"),
		     *age = json_object_get(stale, "age");
	const char *zone = *text_of(company, "zone") != '\0' ? text_of(company, "zone") : NULL;
	int64_t since;
	int32_t through;
	bool synced = when_instant(span(text_of(stale, "since")), &since);

	if (!json_is_object(stale))
		return;
	if (strcmp(text_of(stale, "cause"), "analysis") == 0
	    && when_day(span(text_of(stale, "through")), &through)) {
		view_text(view, "stale_text", unanalyzed_text(through, now, zone));
		return;
	}
	char *old = json_is_number(age) ? age_text((int64_t)json_number_value(age))
	    : synced                    ? age_text(now > since ? now - since : 0)
					: NULL;
	char *how =
	    old != NULL ? mem_printf("Data are %s old", old) : mem_printf("Data are old");
	char *sync = synced ? sync_text(since, now, zone) : NULL;
	char *day =
	    when_day(span(text_of(stale, "through")), &through) ? words_day(through) : NULL;
	char *text = sync != NULL ? mem_printf("%s: last good sync %s", how, sync)
	    : day != NULL         ? mem_printf("%s: they end on %s", how, day)
				  : mem_printf("%s", how);
	view_text(view, "stale_text", with_missing(text, json_object_get(stale, "missing")));
	free(old);
	free(how);
	free(sync);
	free(day);
}

json_t *
stale_read(const char *path)
{
	char *text = file_text(path, FILE_MAX);
	json_t *stale = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	bool nothing = text[strspn(text, " \t\r\n")] == '\0';

	free(text);
	if (!nothing && !json_is_object(stale))
		die(EX_DATAERR, "%s: must be one JSON object, or nothing", path);
	return stale;
}
