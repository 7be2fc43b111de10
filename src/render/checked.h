/*
 * checked - what quality said of the deals, night by night: adds to a view of quality.h
 *
 *	amiss      {source, level, rule, field, reason, since, nights}: what was not ok
 *	           on the last night of its source, errors first; since, and for how many nights on end
 *	amiss_more "2 more", beside the first CHECKED_ROWS; has_amiss: true if there are any
 *	sources    {source, night, verdict, marks, history}: of each, its last night, and a mark for each
 *	           of the last CHECKED_NIGHTS, the newest last: "." nothing amiss, "!" a warning,
 *	           "X" an error
 */
#ifndef CHECKED_H
#define CHECKED_H

#include <jansson.h>
#include <stddef.h>

enum { CHECKED_ROWS = 20, CHECKED_NIGHTS = 28 };

void checked(json_t *view, const char *const *paths, size_t count);

#endif
