#include <stdbool.h>

#include "due.h"
#include "when.h"

enum { MINUTE = 60, HOUR = 60 * MINUTE, MONDAY = 1 };

const struct plan due_plans[PLANS] = {
	{ "P1", "alert", -1, 0 },
	{ "P2", "digest", 7 * HOUR + 30 * MINUTE, 0 },
	{ "P3", "weekly", 8 * HOUR, MONDAY },
};

static bool
is_day_of(const struct plan *plan, struct clock clock, int32_t day)
{
	unsigned days = plan->days != 0 ? plan->days : clock.workdays;

	return (days >> (day - when_week(day)) & 1) != 0;
}

int64_t
due_first(const struct plan *plan, struct clock clock, int64_t from)
{
	int32_t day;

	if (plan->seconds < 0)
		return from;
	day = when_local_day(from, clock.zone);
	while (
	    !is_day_of(plan, clock, day) || when_local(day, plan->seconds, clock.zone) < from)
		day++;
	return when_local(day, plan->seconds, clock.zone);
}

int64_t
due_last(const struct plan *plan, struct clock clock, int64_t until)
{
	int32_t day;

	if (plan->seconds < 0)
		return until;
	day = when_local_day(until, clock.zone);
	while (
	    !is_day_of(plan, clock, day) || when_local(day, plan->seconds, clock.zone) > until)
		day--;
	return when_local(day, plan->seconds, clock.zone);
}
