/*
 * dates - days as other people write them.
 *
 * A format says where YYYY, MM and DD stand, perhaps hh, mm and ss; a month, day or hour may
 * lack its leading zero, all else stands as in the format.  What does not fit, or is no day,
 * is refused; the time of day is read and left out.
 *
 * An instant is RFC 3339, or has its offset without a colon as Salesforce does, or a blank for T
 * and hours only as PostgreSQL does, or is a count of milliseconds; it is milliseconds since 1970, and its text is in UTC.
 */
#ifndef DATES_H
#define DATES_H

#include <stdint.h>
#include "span.h"

enum { DATES_INSTANT_MAX = 32 };

bool dates_read(const char *format, struct span text, int32_t *day);
bool dates_instant(struct span text, int64_t *milliseconds);
size_t dates_instant_text(int64_t milliseconds, char text[DATES_INSTANT_MAX]); /* its length */

#endif
