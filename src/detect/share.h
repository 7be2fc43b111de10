/*
 * share - which part of the deals that are created has what value of a dimension (not the rep).
 *
 * Every day from the 210th, the share of each value among the deals created in the last 28
 * days is compared with its share in the 180 usual days before those: a fall is a
 * volume_drop, a rise a mix_shift.  Of the values of a dimension the most surprising comes
 * first; it is left out, and the others are shares of what is left.  So it stays as long as
 * it lasts, and its days are not usual ones of that dimension, until it has lasted for 180
 * days and is what is usual.  Days count from `first`.
 */
#ifndef SHARE_H
#define SHARE_H

#include "event.h"
#include "tuning.h"

struct share_rules {
	struct tuning drop, shift;
};

struct shares {
	const struct share_rules *rules;
	int32_t days;
	struct events events;
};

void share_rules(struct share_rules *, const struct conf *);
void shares_make(struct shares *, const struct segments *, const struct share_rules *,
    int32_t first, int32_t days);
size_t shares_write(const struct shares *, int32_t today, bool opened_only, struct rec_out *);
void shares_release(struct shares *);

#endif
