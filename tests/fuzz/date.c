/*
 * date - days, instants and stamps, ours and in the formats of others: what is read has a text
 * that reads the same; the C library's calendar agrees; a zone's clocks show the day they were
 * asked for.
 */
#define _GNU_SOURCE /* timegm */
#include <stdio.h>
#include <time.h>

#include "../../src/fetch/dates.h"
#include "fuzz.h"
#include "when.h"

static struct span
day_text(int32_t day, char text[WHEN_DAY_LEN])
{
	when_text(day, text);
	return (struct span){ text, WHEN_DAY_LEN };
}

static bool
is_digits(const char *p, size_t count)
{
	while (count-- > 0)
		if (*p < '0' || *p++ > '9')
			return false;
	return true;
}

/* The same by the C library: false if there is no such day. */
static bool
calendar_day(struct span text, int32_t *day)
{
	struct tm tm = { 0 }, back;

	if (text.len != 10 || !is_digits(text.at, 4) || text.at[4] != '-'
	    || !is_digits(text.at + 5, 2) || text.at[7] != '-' || !is_digits(text.at + 8, 2))
		return false;
	char copy[11] = { 0 };
	memcpy(copy, text.at, 10);
	sscanf(copy, "%d-%d-%d", &tm.tm_year, &tm.tm_mon, &tm.tm_mday);
	if (tm.tm_year == 0)
		return false;
	tm.tm_year -= 1900;
	tm.tm_mon--;
	back = tm;
	*day = (int32_t)(timegm(&back) / 86400);
	return back.tm_year == tm.tm_year && back.tm_mon == tm.tm_mon
	    && back.tm_mday == tm.tm_mday;
}

static void
judge_day(void *of)
{
	struct span text = *(struct span *)of;
	char shown[WHEN_DAY_LEN];
	int32_t day, other;
	int64_t stamp;
	bool is_day = when_day(text, &day);

	must(is_day == calendar_day(text, &other), "a day for one, none for the other");
	if (!is_day)
		return;
	must(day == other, "day %d, and %d in the C library", day, other);
	must(span_equal(day_text(day, shown), text), "written as %.10s", shown);
	must(when_stamp(text, &stamp) && stamp == day * INT64_C(86400000000), "another stamp");
	int32_t week = when_week(day), month = when_month(day);
	must(week <= day && day - week < 7 && (week + 3) % 7 == 0, "its week begins on %d",
	    week);
	must(month <= day && day - month < 31, "its month begins on %d", month);
	day_text(month, shown);
	must(memcmp(shown, text.at, 8) == 0 && memcmp(shown + 8, "01", 2) == 0,
	    "its month begins on %.10s", shown);
}

static void
judge_instant(void *of)
{
	struct span text = *(struct span *)of;
	char shown[WHEN_INSTANT_MAX];
	int64_t instant, stamp, back;
	struct tm tm;

	if (!when_instant(text, &instant))
		return;
	must(when_stamp(text, &stamp) && stamp >= instant * 1000000
		&& stamp < (instant + 1) * 1000000,
	    "another stamp");
	when_instant_text(instant, shown);
	must(when_instant(span(shown), &back) && back == instant, "written as %s", shown);
	time_t seconds = instant;
	char expected[64];
	gmtime_r(&seconds, &tm);
	snprintf(expected, sizeof expected, "%04d-%02d-%02dT%02d:%02d:%02dZ", tm.tm_year + 1900,
	    tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec);
	must(strcmp(expected, shown) == 0, "written as %s, by the C library as %s", shown,
	    expected);
}

/* Each format with what writes a day in it. */
static void
judge_format(struct span text, unsigned choice)
{
	static const char *const formats[][2] = {
		{ "DD/MM/YYYY", "%3$02d/%2$02d/%1$04d" },
		{ "MM/DD/YYYY", "%2$02d/%3$02d/%1$04d" },
		{ "DD.MM.YYYY hh:mm", "%3$02d.%2$02d.%1$04d 00:00" },
		{ "YYYY-MM-DDThh:mm:ssZ", "%1$04d-%2$02d-%3$02dT00:00:00Z" },
		{ "YYYYMMDD", "%1$04d%2$02d%3$02d" },
		{ "MM-YYYY/DD hh", "%2$02d-%1$04d/%3$02d 00" },
	};
	size_t i = choice % (sizeof formats / sizeof *formats);
	int32_t day, back;
	int year, month, in_month;
	char shown[WHEN_DAY_LEN + 1] = { 0 }, written[64];

	if (!dates_read(formats[i][0], text, &day))
		return;
	day_text(day, shown);
	must(when_day(span(shown), &back) && back == day, "%s: written as %s", formats[i][0],
	    shown);
	sscanf(shown, "%d-%d-%d", &year, &month, &in_month);
#pragma clang diagnostic ignored "-Wformat-nonliteral"
	snprintf(written, sizeof written, formats[i][1], year, month, in_month);
	must(dates_read(formats[i][0], span(written), &back) && back == day,
	    "%s: written as %s", formats[i][0], written);
}

struct local {
	int32_t day;
	int seconds;
	const char *zone;
};

static void
judge_local(void *of)
{
	const struct local *at = of;
	int32_t shown = when_local_day(when_local(at->day, at->seconds, at->zone), at->zone);

	must(shown == at->day, "day %d at %d s of %s becomes day %d", at->day, at->seconds,
	    at->zone, shown);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const zones[] = { NULL, "Europe/Berlin", "America/New_York",
		"Asia/Kolkata", "Australia/Lord_Howe" };
	unsigned choice;
	struct span text = fuzz_input(data, size, &choice);
	struct local at = { .zone = zones[choice % 5] };

	must(fuzz_run(judge_day, &text) < 0, "%s", fuzz_said());
	must(fuzz_run(judge_instant, &text) < 0, "%s", fuzz_said());
	judge_format(text, choice);
	if (text.len >= 10 && when_day((struct span){ text.at, 10 }, &at.day)) {
		for (size_t i = 10; i < text.len; i++)
			at.seconds = (at.seconds * 256 + (unsigned char)text.at[i]) % 86400;
		must(fuzz_run(judge_local, &at) < 0, "%s", fuzz_said());
	}
	return 0;
}
