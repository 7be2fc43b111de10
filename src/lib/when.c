#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>

#include "diag.h"
#include "eight.h"
#include "mem.h"
#include "when.h"

enum { ERA_YEARS = 400, ERA_DAYS = 146097, FROM_MARCH_0000 = 719468, DAY_SECONDS = 86400 };
enum { MICROSECONDS = 1000000, MICRO_DIGITS = 6 };
static const int64_t FIRST = -62135596800, PAST = 253402300800; /* 0001-01-01, 10000-01-01 */

/* The number that `count` digits make, or -1. */
static int
digits(const char *p, int count)
{
	int value = 0;

	for (int i = 0; i < count; i++) {
		unsigned digit = (unsigned)p[i] - '0';
		if (digit > 9)
			return -1;
		value = value * 10 + (int)digit;
	}
	return value;
}

static bool
is_leap(int year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

/* Years run from March, so that the leap day comes last (H. Hinnant, days_from_civil). */
static int32_t
days_from(int from_year, int month, int day)
{
	static const int before[] = { 0, 306, 337, 0, 31, 61, 92, 122, 153, 184, 214, 245,
		275 };
	unsigned year = (unsigned)(from_year - (month <= 2)), century = year / 100;

	return (int32_t)(year * 365 + year / 4 - century + century / 4) + before[month] + day
	    - 1 - FROM_MARCH_0000;
}

/*
 * Eight bytes at once, since every date of every deal comes by here: what is left of a digit
 * without its '0' is below 10, of a dash nothing, and then each pair of digits is a number.
 */
bool
when_day(struct span text, int32_t *count)
{
	static const char form[] = "00-00-00", over[] = "vv\x7fvv\x7fvv"; /* 'v' + 10 is 0x80 */
	static const char most[] = { 0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	if (text.len != WHEN_DAY_LEN)
		return false;

	unsigned thousands = (unsigned)text.at[0] - '0', hundreds = (unsigned)text.at[1] - '0';
	uint64_t rest = eight_bytes(text.at + 2) ^ eight_bytes(form);
	if (thousands > 9 || hundreds > 9
	    || ((rest + eight_bytes(over)) | rest) & EACH_BYTE * 0x80)
		return false;

	uint64_t pairs = rest * 10 + (rest >> 8);
	int century = (int)(thousands * 10 + hundreds);
	int year = century * 100 + (int)(pairs & 0xff), month = (int)(pairs >> 24 & 0xff),
	    day = (int)(pairs >> 48 & 0xff);
	if (year < 1 || month < 1 || month > 12 || day < 1 || day > most[month]
	    || (day == 29 && month == 2 && !is_leap(year)))
		return false;
	if (count != NULL)
		*count = days_from(year, month, day);
	return true;
}

static void
put_digits(char *p, int count, int value)
{
	while (count-- > 0) {
		p[count] = (char)('0' + value % 10);
		value /= 10;
	}
}

int32_t
when_asked(const char *text)
{
	int32_t day;

	if (!when_day(span(text), &day))
		die(EX_USAGE, "%s: no such day", text);
	return day;
}

void
when_text(int32_t count, char text[WHEN_DAY_LEN])
{
	int days = count + FROM_MARCH_0000, era = days / ERA_DAYS, in_era = days % ERA_DAYS;
	int year = (in_era - in_era / 1460 + in_era / 36524 - in_era / 146096) / 365;
	int in_year = in_era - (365 * year + year / 4 - year / 100);
	int month = (5 * in_year + 2) / 153;

	put_digits(text + 8, 2, in_year - (153 * month + 2) / 5 + 1);
	put_digits(text + 5, 2, month < 10 ? month + 3 : month - 9);
	put_digits(text, 4, era * ERA_YEARS + year + (month >= 10));
	text[4] = text[7] = '-';
}

int32_t
when_week(int32_t day)
{
	return day - (day % 7 + 7 + 3) % 7; /* 1970-01-01 was a Thursday */
}

int32_t
when_month(int32_t day)
{
	char text[WHEN_DAY_LEN];

	when_text(day, text);
	return day - (digits(text + 8, 2) - 1);
}

/* The seconds of "+HH:MM", "-HH:MM" or "Z"; false if it is none of them. */
static bool
read_offset(struct span text, int64_t *seconds)
{
	*seconds = 0;
	if (text.len == 1 && (*text.at == 'Z' || *text.at == 'z'))
		return true;
	if (text.len != 6 || (*text.at != '+' && *text.at != '-') || text.at[3] != ':')
		return false;

	int hours = digits(text.at + 1, 2), minutes = digits(text.at + 4, 2);
	if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59)
		return false;
	*seconds = (hours * 60 + minutes) * 60 * (*text.at == '-' ? -1 : 1);
	return true;
}

/* ".5" is 500,000 microseconds; digits past the sixth count for nothing. */
static size_t
read_fraction(const char *p, size_t len, int64_t *microseconds)
{
	size_t i = 0;

	*microseconds = 0;
	if (len == 0 || *p != '.')
		return 0;
	for (i = 1; i < len && p[i] >= '0' && p[i] <= '9'; i++)
		if (i <= MICRO_DIGITS)
			*microseconds = *microseconds * 10 + (p[i] - '0');
	for (size_t have = i; have <= MICRO_DIGITS; have++)
		*microseconds *= 10;
	return i;
}

/* Seconds, and what is over. */
static bool
read_instant(struct span text, int64_t *instant, int64_t *microseconds)
{
	const char *p = text.at;
	int32_t day;
	int64_t offset;

	if (text.len < 20 || !when_day((struct span){ p, WHEN_DAY_LEN }, &day)
	    || (p[10] != 'T' && p[10] != 't') || p[13] != ':' || p[16] != ':')
		return false;

	int hour = digits(p + 11, 2), minute = digits(p + 14, 2), second = digits(p + 17, 2);
	size_t end = 19 + read_fraction(p + 19, text.len - 19, microseconds);
	if (end == 20 || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0
	    || second > 60 || !read_offset((struct span){ p + end, text.len - end }, &offset))
		return false;
	*instant = (int64_t)day * DAY_SECONDS + hour * 3600 + minute * 60 + second - offset;
	return *instant >= FIRST && *instant < PAST; /* where an offset does not lead */
}

bool
when_instant(struct span text, int64_t *instant)
{
	int64_t microseconds;

	return read_instant(text, instant, &microseconds);
}

bool
when_stamp(struct span text, int64_t *stamp)
{
	int64_t instant, rest = 0;
	int32_t day;

	if (when_day(text, &day))
		instant = (int64_t)day * DAY_SECONDS;
	else if (!read_instant(text, &instant, &rest))
		return false;
	*stamp = instant * MICROSECONDS + rest;
	return true;
}

static int32_t
day_of(int64_t instant)
{
	return (int32_t)((instant - (instant % DAY_SECONDS + DAY_SECONDS) % DAY_SECONDS)
	    / DAY_SECONDS);
}

const char *
when_instant_text(int64_t instant, char text[WHEN_INSTANT_MAX])
{
	int32_t day = day_of(instant);
	int rest = (int)(instant - (int64_t)day * DAY_SECONDS);

	memcpy(text, "0000-00-00T00:00:00Z", WHEN_INSTANT_MAX);
	when_text(day, text);
	put_digits(text + 11, 2, rest / 3600);
	put_digits(text + 14, 2, rest / 60 % 60);
	put_digits(text + 17, 2, rest % 60);
	return text;
}

int64_t
when_now_stamp(void)
{
	const char *stopped = getenv("SALESWATCH_NOW");
	struct timespec now;
	int64_t stamp;

	if (stopped == NULL || *stopped == '\0') {
		clock_gettime(CLOCK_REALTIME, &now);
		return (int64_t)now.tv_sec * MICROSECONDS + now.tv_nsec / 1000;
	}
	if (span(stopped).len == WHEN_DAY_LEN || !when_stamp(span(stopped), &stamp))
		die(EX_CONFIG, "SALESWATCH_NOW: %s: no RFC 3339 instant", stopped);
	return stamp;
}

int64_t
when_now(void)
{
	int64_t stamp = when_now_stamp();

	return (stamp - (stamp % MICROSECONDS + MICROSECONDS) % MICROSECONDS) / MICROSECONDS;
}

double
when_ticks(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* The C library knows zones only by way of TZ; nothing else here reads it. */
static void
use_zone(const char *zone)
{
	const char *wanted = zone != NULL ? zone : "UTC", *in_use = getenv("TZ");
	struct stat status;

	if (in_use == NULL || strcmp(in_use, wanted) != 0) {
		char *path = mem_printf("/usr/share/zoneinfo/%s", wanted);
		if (strstr(path, "..") != NULL || stat(path, &status) != 0
		    || !S_ISREG(status.st_mode))
			die(EX_CONFIG, "time zone %s: unknown", wanted);
		free(path);
		if (setenv("TZ", wanted, 1) != 0)
			die_errno(EX_OSERR, "TZ");
	}
	tzset();
}

/* How far the zone in use is ahead of UTC, in seconds. */
static int64_t
offset_at(int64_t instant)
{
	time_t seconds = instant;
	struct tm local;

	if (localtime_r(&seconds, &local) == NULL)
		die_errno(EX_DATAERR, "the day of an instant");
	return local.tm_gmtoff;
}

int32_t
when_local_day(int64_t instant, const char *zone)
{
	use_zone(zone);
	return day_of(instant + offset_at(instant));
}

/* mktime(3) leaves it open which of two such instants it gives, and may not do so twice. */
int64_t
when_local(int32_t day, int seconds, const char *zone)
{
	int64_t shown = (int64_t)day * DAY_SECONDS + seconds;

	use_zone(zone);
	int64_t first = shown - offset_at(shown - DAY_SECONDS);
	int64_t second = shown - offset_at(shown + DAY_SECONDS);
	bool skipped = second + offset_at(second) != shown;
	return skipped || first + offset_at(first) == shown ? first : second;
}
