/*
 * when - days, instants, and the only clock.
 *
 * A day is counted from 1970-01-01; its text is YYYY-MM-DD, years 0001 to 9999, in the
 * Gregorian calendar, and only days that exist have a number.  Weeks begin on Monday.
 *
 * An instant is seconds since 1970-01-01T00:00:00Z; its text is RFC 3339, read with any
 * offset and written in UTC to the second, of the same years.  when_now() is the only clock in the project;
 * SALESWATCH_NOW (an RFC 3339 instant) stops it, so that any run can be repeated and any
 * test can be exact.  A zone is a name of the tz database ("Europe/Berlin"), NULL for UTC;
 * an unknown one ends the program (78).  Of two instants when its clocks show the same,
 * when_local() gives the first; what they skip, it takes as if they had not.
 */
#ifndef WHEN_H
#define WHEN_H

#include <stdint.h>
#include "span.h"

enum { WHEN_DAY_LEN = 10, WHEN_INSTANT_MAX = 21 };

bool when_day(struct span text, int32_t *day); /* false if there is none; or NULL: ask only */
int32_t when_asked(const char *text); /* the day of an argument; none: 64 */
void when_text(int32_t day, char text[WHEN_DAY_LEN]); /* no NUL */
int32_t when_week(int32_t day); /* the Monday it belongs to */
int32_t when_month(int32_t day); /* the first of its month */

bool when_instant(struct span text, int64_t *instant);
bool when_stamp(struct span text, int64_t *microseconds); /* of a day's start, or an instant */
const char *when_instant_text(int64_t instant, char text[WHEN_INSTANT_MAX]); /* with NUL */
int64_t when_now(void);
int64_t when_now_stamp(void); /* in microseconds */
double when_ticks(void); /* seconds since whenever: good for a difference only */
int32_t when_local_day(int64_t instant, const char *zone);
int64_t when_local(
    int32_t day, int seconds, const char *zone); /* the instant a zone's clock shows so */

#endif
