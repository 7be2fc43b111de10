/*
 * also - what is watched beside win rates: clean-ups, the speed of deals, what is created.
 *
 * All days are looked at when it is made, each with what was known by then; then any of them
 * can be told.  Days count from `first`, a day of the calendar.
 */
#ifndef ALSO_H
#define ALSO_H

#include "bulk.h"
#include "share.h"
#include "speed.h"

struct also {
	struct bulk_rules bulk_rules;
	struct speed_rules speed_rules;
	struct share_rules share_rules;
	struct bulks bulks;
	struct speeds speeds;
	struct shares shares;
};

/* Stays where it is made. */
void also_make(
    struct also *, const struct segments *, const struct conf *, int32_t first, int32_t days);

/* The findings that opened that day, or all that live; how many there were. */
size_t also_write(const struct also *, int32_t today, bool opened_only, struct rec_out *);
void also_release(struct also *);

#endif
