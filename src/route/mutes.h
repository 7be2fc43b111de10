/*
 * mutes - times at which nobody is to be told, by name: "mute_times" of routes.json.
 *
 *	{"name": NAME, "zone": ZONE, "intervals": [{"weekdays": ["saturday:sunday"],
 *	    "times": [{"start_time": "18:00", "end_time": "24:00"}], "days_of_month": ["-3:-1"],
 *	    "months": ["january:march", "12"], "years": ["2024:2026"]}, ...]}
 *
 * As Alertmanager's time_intervals: an interval holds when everything it names does, a range
 * ends with its second end, an end_time is the first minute not in it, and days of a month
 * below 0 count from its end.
 */
#ifndef MUTES_H
#define MUTES_H

#include "conf.h"
#include <stdint.h>

struct mutes {
	struct mute *list;
	size_t count;
};

struct mutes mutes_load(const struct conf *, const char *zone); /* of the business */
void mutes_release(struct mutes *);
size_t mutes_find(const struct mutes *, const char *name); /* their count if there is none */
bool mutes_on(const struct mutes *, size_t which, int64_t now);

/* When it is first over again; a year from now at the latest. */
int64_t mutes_end(const struct mutes *, size_t which, int64_t now);

/* The bits of ["monday:friday"], Monday lowest; the list must be there. */
unsigned weekdays_read(const struct conf *, const char *base, const char *key);

#endif
