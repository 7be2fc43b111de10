/*
 * stale - the banner of data that are older than they should be.
 *
 * A delivery, a report, or the file of --stale has
 *
 *	stale           {since, through, age, cause, missing}: the instant of the last good sync;
 *	                the last day of the data; how old they are, in seconds (else it is now -
 *	                since); "analysis" where they came, and were not analyzed; the names of
 *	                the sources that gave nothing, where others did
 *
 * and templates see, on top of everything:
 *
 *	stale_text      "Data are 2 days old: last good sync Sunday 02:00 (missing: hubspot)", by
 *	                the zone's clock;
 *	                "Not analyzed since 7 April 2024 (data are 28 hours old)"
 */
#ifndef STALE_H
#define STALE_H

#include <jansson.h>
#include <stdint.h>

/* Of the view's own "stale"; without one nothing happens.  The company: its conf, or NULL. */
void stale_put(json_t *view, const json_t *company, int64_t now);

/* What a file says: one JSON object, or nothing: NULL.  Anything else: 65. */
json_t *stale_read(const char *path);

#endif
