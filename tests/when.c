/*
 * when - days, instants, zones.
 *
 *	when day TEXT			its number
 *	when text NUMBER		its text
 *	when week DAY, when month DAY	the day that begins it
 *	when instant TEXT		the same in UTC
 *	when stamp TEXT			in microseconds
 *	when now			the clock's instant
 *	when local INSTANT ZONE		the day there
 *	when at DAY SECONDS ZONE	the instant when clocks there show that
 *	when all			every day there is, to and fro
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "diag.h"
#include "when.h"

static int32_t
day_of(const char *text)
{
	int32_t day;

	if (!when_day(span(text), &day))
		die(EX_DATAERR, "%s: no day", text);
	return day;
}

static int64_t
instant_of(const char *text)
{
	int64_t instant;

	if (!when_instant(span(text), &instant))
		die(EX_DATAERR, "%s: no instant", text);
	return instant;
}

static void
show_day(int32_t day)
{
	char text[WHEN_DAY_LEN];

	when_text(day, text);
	printf("%.*s\n", WHEN_DAY_LEN, text);
}

static void
show_instant(int64_t instant)
{
	char text[WHEN_INSTANT_MAX];

	puts(when_instant_text(instant, text));
}

static void
day(char *args[])
{
	printf("%" PRId32 "\n", day_of(args[0]));
}

static void
text(char *args[])
{
	show_day((int32_t)strtol(args[0], NULL, 10));
}

static void
week(char *args[])
{
	show_day(when_week(day_of(args[0])));
}

static void
month(char *args[])
{
	show_day(when_month(day_of(args[0])));
}

static void
instant(char *args[])
{
	show_instant(instant_of(args[0]));
}

static void
stamp(char *args[])
{
	int64_t microseconds;

	if (!when_stamp(span(args[0]), &microseconds))
		die(EX_DATAERR, "%s: no stamp", args[0]);
	printf("%" PRId64 "\n", microseconds);
}

static void
now(char *args[])
{
	(void)args;
	show_instant(when_now());
}

static void
local(char *args[])
{
	show_day(when_local_day(instant_of(args[0]), args[1]));
}

static void
at(char *args[])
{
	show_instant(when_local(day_of(args[0]), (int)strtol(args[1], NULL, 10), args[2]));
}

static void
all(char *args[])
{
	char shown[WHEN_DAY_LEN];
	int32_t first = day_of("0001-01-01"), last = day_of("9999-12-31"), back;

	(void)args;
	for (int32_t i = first; i <= last; i++) {
		when_text(i, shown);
		if (!when_day((struct span){ shown, sizeof shown }, &back) || back != i)
			die(EX_SOFTWARE, "%.*s: %" PRId32 ", not %" PRId32, WHEN_DAY_LEN, shown,
			    back, i);
	}
	printf("%" PRId32 "\n", last - first + 1);
}

static const struct {
	const char *name;
	void (*run)(char *args[]);
	int args;
} modes[] = { { "day", day, 1 }, { "text", text, 1 }, { "week", week, 1 },
	{ "month", month, 1 }, { "instant", instant, 1 }, { "stamp", stamp, 1 },
	{ "now", now, 0 }, { "local", local, 2 }, { "at", at, 3 }, { "all", all, 0 } };

int
main(int argc, char *argv[])
{
	diag_name(argv[0]);
	for (size_t i = 0; argc > 1 && i < sizeof modes / sizeof *modes; i++)
		if (strcmp(argv[1], modes[i].name) == 0 && argc - 2 >= modes[i].args) {
			modes[i].run(argv + 2);
			return EX_OK;
		}
	die(EX_USAGE, "day, text, week, month, instant, stamp, now, local, at, all");
}
