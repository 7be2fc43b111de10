#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "keys.h"
#include "mem.h"
#include "mutes.h"
#include "when.h"

enum { DAY_MINUTES = 24 * 60, YEAR_DAYS = 366, WEEK = 7 };

struct range {
	int from, to; /* both in it; minutes of a day: `to` is not */
};

struct ranges {
	struct range *list;
	size_t count; /* 0: whatever it is */
};

struct interval {
	struct ranges weekdays, times, days, months, years;
};

struct mute {
	const char *name, *zone;
	struct interval *intervals;
	size_t count;
};

static const char *const weekday_names[] = { "monday", "tuesday", "wednesday", "thursday",
	"friday", "saturday", "sunday", NULL };
static const char *const month_names[] = { "january", "february", "march", "april", "may",
	"june", "july", "august", "september", "october", "november", "december", NULL };

/* What a range may consist of. */
struct scale {
	const char *key, *const *names;
	int first, least, most; /* first: the number of the first name */
	const char *wanted;
};

static const struct scale weekdays = { "weekdays", weekday_names, 0, 0, -1,
	"days of the week" };
static const struct scale months = { "months", month_names, 1, 1, 12, "months" };
static const struct scale days = { "days_of_month", NULL, 0, -31, 31, "1 to 31 or -31 to -1" };
static const struct scale years = { "years", NULL, 0, 1970, 9999, "years" };

static bool
read_end(const struct scale *scale, const char *text, int *value)
{
	char *end;

	for (int i = 0; scale->names != NULL && scale->names[i] != NULL; i++)
		if (strcasecmp(text, scale->names[i]) == 0) {
			*value = scale->first + i;
			return true;
		}
	long number = strtol(text, &end, 10);
	if (end == text || *end != '\0' || number < scale->least || number > scale->most
	    || (scale == &days && number == 0))
		return false;
	*value = (int)number;
	return true;
}

static bool
read_range(const struct scale *scale, const char *text, struct range *range)
{
	char *from = mem_copy(text, strlen(text)), *colon = strchr(from, ':');

	if (colon != NULL)
		*colon = '\0';
	bool good = read_end(scale, from, &range->from)
	    && read_end(scale, colon != NULL ? colon + 1 : from, &range->to)
	    && (range->from <= range->to || scale->names != NULL
		|| (scale == &days && range->to < 0));
	free(from);
	return good;
}

static struct ranges
read_ranges(
    const struct conf *conf, const char *base, const char *key, const struct scale *scale)
{
	json_t *list = key_list(conf, base, key);
	struct ranges ranges = { 0 };

	ranges.list = mem_new(json_array_size(list) + 1, sizeof *ranges.list);
	while (ranges.count < json_array_size(list)) {
		char *one = key_element(base, key, ranges.count);
		if (!read_range(scale, conf_text(conf, one, ""), &ranges.list[ranges.count++]))
			conf_die(
			    conf, one, "must be %s, or a range with a colon", scale->wanted);
		free(one);
	}
	return ranges;
}

/* Minutes since midnight of "HH:MM"; 24:00 is the end of the day. */
static int
read_time(const struct conf *conf, const char *base, const char *key)
{
	const char *text = key_needed(conf, base, key);
	unsigned digit[4], at = 0;

	for (size_t i = 0; i < 5 && strlen(text) == 5; i++)
		if (i != 2 && (unsigned)text[i] - '0' <= 9)
			digit[at++] = (unsigned)text[i] - '0';
	int minutes = at == 4 && text[2] == ':'
	    ? (int)(digit[0] * 600 + digit[1] * 60 + digit[2] * 10 + digit[3])
	    : DAY_MINUTES + 1;
	if (minutes > DAY_MINUTES || (at == 4 && digit[2] > 5))
		conf_die(conf, base, "%s must be HH:MM, from 00:00 to 24:00", key);
	return minutes;
}

static struct ranges
read_times(const struct conf *conf, const char *base)
{
	static const char *const keys[] = { "start_time", "end_time", NULL };
	json_t *list = key_list(conf, base, "times");
	struct ranges ranges = { 0 };

	ranges.list = mem_new(json_array_size(list) + 1, sizeof *ranges.list);
	while (ranges.count < json_array_size(list)) {
		char *one = key_element(base, "times", ranges.count);
		conf_only(conf, one, keys);
		struct range range = { read_time(conf, one, "start_time"),
			read_time(conf, one, "end_time") };
		if (range.from >= range.to)
			conf_die(conf, one, "it must end after it starts, on the same day");
		ranges.list[ranges.count++] = range;
		free(one);
	}
	return ranges;
}

static struct interval
read_interval(const struct conf *conf, const char *base)
{
	static const char *const keys[] = { "weekdays", "times", "days_of_month", "months",
		"years", NULL };

	conf_only(conf, base, keys);
	return (struct interval){
		.weekdays = read_ranges(conf, base, weekdays.key, &weekdays),
		.times = read_times(conf, base),
		.days = read_ranges(conf, base, days.key, &days),
		.months = read_ranges(conf, base, months.key, &months),
		.years = read_ranges(conf, base, years.key, &years),
	};
}

static struct mute
read_mute(const struct conf *conf, const char *base, const char *zone)
{
	static const char *const keys[] = { "name", "zone", "intervals", NULL };
	struct mute mute = { 0 };

	conf_only(conf, base, keys);
	mute.name = key_needed(conf, base, "name");
	mute.zone = key_text(conf, base, "zone", zone);
	when_local_day(0, mute.zone); /* ends the program if there is none */
	json_t *list = key_list(conf, base, "intervals");
	if (json_array_size(list) == 0)
		conf_die(conf, base, "no intervals");
	mute.intervals = mem_new(json_array_size(list), sizeof *mute.intervals);
	while (mute.count < json_array_size(list)) {
		char *one = key_element(base, "intervals", mute.count);
		mute.intervals[mute.count++] = read_interval(conf, one);
		free(one);
	}
	return mute;
}

struct mutes
mutes_load(const struct conf *conf, const char *zone)
{
	json_t *list = key_list(conf, "", "mute_times");
	struct mutes mutes = { 0 };

	mutes.list = mem_new(json_array_size(list) + 1, sizeof *mutes.list);
	while (mutes.count < json_array_size(list)) {
		char *one = key_element("", "mute_times", mutes.count);
		struct mute mute = read_mute(conf, one, zone);
		if (mutes_find(&mutes, mute.name) < mutes.count)
			conf_die(conf, one, "a second mute time named %s", mute.name);
		mutes.list[mutes.count++] = mute;
		free(one);
	}
	return mutes;
}

void
mutes_release(struct mutes *mutes)
{
	for (size_t i = 0; i < mutes->count; i++) {
		for (size_t k = 0; k < mutes->list[i].count; k++) {
			struct interval *interval = &mutes->list[i].intervals[k];
			free(interval->weekdays.list);
			free(interval->times.list);
			free(interval->days.list);
			free(interval->months.list);
			free(interval->years.list);
		}
		free(mutes->list[i].intervals);
	}
	free(mutes->list);
}

size_t
mutes_find(const struct mutes *mutes, const char *name)
{
	size_t i = 0;

	while (i < mutes->count && strcmp(mutes->list[i].name, name) != 0)
		i++;
	return i;
}

/* A moment as a zone's calendar and clock show it. */
struct shown {
	int year, month, day, last, weekday, minute; /* last: day of the month */
};

static int
number(const char *digits, int count)
{
	int value = 0;

	while (count-- > 0)
		value = value * 10 + (*digits++ - '0');
	return value;
}

static struct shown
show(int64_t instant, const char *zone)
{
	int32_t day = when_local_day(instant, zone), next = when_month(day) + 31;
	char text[WHEN_DAY_LEN];

	when_text(day, text);
	next = when_month(next) > when_month(day) ? when_month(next) : when_month(next + 1);
	return (struct shown){ number(text, 4), number(text + 5, 2), number(text + 8, 2),
		next - when_month(day), day - when_week(day),
		(int)((instant - when_local(day, 0, zone)) / 60) };
}

/* Of days of the week and months a range may go past the last: saturday:sunday. */
static bool
within(const struct ranges *ranges, int value)
{
	for (size_t i = 0; i < ranges->count; i++) {
		struct range range = ranges->list[i];
		bool after = value >= range.from, before = value <= range.to;
		if (range.from <= range.to ? after && before : after || before)
			return true;
	}
	return ranges->count == 0;
}

unsigned
weekdays_read(const struct conf *conf, const char *base, const char *key)
{
	struct ranges ranges = read_ranges(conf, base, key, &weekdays);
	unsigned bits = 0;

	for (int day = 0; ranges.count > 0 && day < WEEK; day++)
		bits |= within(&ranges, day) ? 1U << day : 0;
	free(ranges.list);
	return bits;
}

static bool
day_within(const struct ranges *ranges, const struct shown *at)
{
	for (size_t i = 0; i < ranges->count; i++) {
		struct range range = ranges->list[i];
		int from = range.from < 0 ? at->last + 1 + range.from : range.from;
		int to = range.to < 0 ? at->last + 1 + range.to : range.to;
		if (at->day >= from && at->day <= to)
			return true;
	}
	return ranges->count == 0;
}

static bool
minute_within(const struct ranges *ranges, int minute)
{
	for (size_t i = 0; i < ranges->count; i++)
		if (minute >= ranges->list[i].from && minute < ranges->list[i].to)
			return true;
	return ranges->count == 0;
}

bool
mutes_on(const struct mutes *mutes, size_t which, int64_t now)
{
	const struct mute *mute = &mutes->list[which];
	struct shown at = show(now, mute->zone);

	for (size_t i = 0; i < mute->count; i++) {
		const struct interval *one = &mute->intervals[i];
		if (within(&one->weekdays, at.weekday) && minute_within(&one->times, at.minute)
		    && day_within(&one->days, &at) && within(&one->months, at.month)
		    && within(&one->years, at.year))
			return true;
	}
	return false;
}

/* It can only end where a day does, or a time of one of its intervals. */
int64_t
mutes_end(const struct mutes *mutes, size_t which, int64_t now)
{
	const struct mute *mute = &mutes->list[which];
	int32_t today = when_local_day(now, mute->zone);

	for (int32_t day = today; day <= today + YEAR_DAYS; day++) {
		int64_t end = when_local(day + 1, 0, mute->zone);
		for (size_t i = 0; i < mute->count; i++)
			for (size_t k = 0; k < mute->intervals[i].times.count; k++) {
				int64_t at = when_local(
				    day, mute->intervals[i].times.list[k].to * 60, mute->zone);
				if (at > now && at < end && !mutes_on(mutes, which, at))
					end = at;
			}
		if (!mutes_on(mutes, which, end))
			return end;
	}
	return now + (int64_t)YEAR_DAYS * DAY_MINUTES * 60;
}
