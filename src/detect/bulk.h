/*
 * bulk - clean-ups: many old deals of one part closed as lost on one day.
 *
 * They tell when somebody tidied up, not how sales went: `of_deal` says which ones to leave
 * out.  Parts are the company and every value of every dimension, reps too.  On a day, deals
 * are old that are older than 80 % of the losses of the 365 days before it.  A part is cleaned
 * up when its old losses, k, are min_deals or more and (k - m)/sqrt(1.3(m + 1/2)) reaches the
 * threshold; m is their daily mean over its last 180 days, or 28 if that is more, times what
 * the rest of the company has more that day.  Under 10 % of its old deals may be won.  Of
 * several parts the most likely comes first, its deals are taken away, and the others are
 * looked at again; so a clean-up is named once.  Days count from `first`.
 */
#ifndef BULK_H
#define BULK_H

#include "event.h"
#include "tuning.h"

struct bulk_rules {
	struct tuning tuning;
	double min_deals;
};

struct bulk {
	int32_t day;
	struct condition part; /* dimension CODE_NONE: the company */
	size_t deals; /* closed as lost */
	int64_t amount; /* money */
	double age, usual; /* older than that many days; such deals on a usual day */
};

struct bulks {
	bool *of_deal;
	struct bulk *at; /* by day */
	size_t count;
	struct events events; /* the same, as they are told */
};

void bulk_rules(struct bulk_rules *, const struct conf *);
void bulks_find(struct bulks *, const struct segments *, const struct bulk_rules *,
    int32_t first, int32_t days);
size_t bulk_write(const struct bulks *, int32_t today, bool opened_only, struct rec_out *);
void bulks_release(struct bulks *);

#endif
