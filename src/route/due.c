#include <stdbool.h>

#include "due.h"
#include "when.h"

enum { MINUTE = 60, HOUR = 60 * MINUTE, FRIDAY = 4 };
enum { MORNING = 7 * HOUR + 30 * MINUTE, REPORT = 8 * HOUR };

static int64_t
at_once(int64_t now, const char *zone)
{
	(void)zone;
	return now;
}

/* The first day from today on whose weekday is at most `last`, at `seconds`, not past. */
static int64_t
next_morning(int64_t now, const char *zone, int last, int seconds)
{
	int32_t day = when_local_day(now, zone);

	while (day - when_week(day) > last || when_local(day, seconds, zone) < now)
		day++;
	return when_local(day, seconds, zone);
}

static int64_t
next_workday(int64_t now, const char *zone)
{
	return next_morning(now, zone, FRIDAY, MORNING);
}

static int64_t
next_monday(int64_t now, const char *zone)
{
	return next_morning(now, zone, 0, REPORT);
}

const struct plan due_plans[PLANS] = {
	{ "P1", "alert", at_once },
	{ "P2", "digest", next_workday },
	{ "P3", "weekly", next_monday },
};
