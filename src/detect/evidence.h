/*
 * evidence - the counts behind a finding, taken from the deals themselves.
 *
 * Days are days of the calendar; `from` is included, `to` too.  A period is of the days deals
 * were recorded on, or of those they were created on, of what was recorded by its end.  What
 * is open on a day was created by then and not yet recorded.
 */
#ifndef EVIDENCE_H
#define EVIDENCE_H

#include "segments.h"

struct counts {
	double won, n;
};

struct period {
	int32_t from, to;
	bool created;
};

struct counts evidence_counts(const struct segments *, uint32_t segment, struct period);
static inline double
rate_of(struct counts counts)
{
	return counts.n > 0 ? counts.won / counts.n : 0;
}

struct stake {
	uint32_t rep; /* CODE_NONE: all of them */
	int64_t amount; /* money */
	int64_t deals;
};

struct stake evidence_open(const struct segments *, uint32_t segment, int32_t day);

/* The reps with the most of it, at most `most`; how many there are. */
size_t evidence_reps(
    const struct segments *, uint32_t segment, int32_t day, size_t most, struct stake *reps);

/* The largest deals of a period that were won, or lost; at most `most`; how many. */
size_t evidence_deals(const struct segments *, uint32_t segment, struct period, bool won,
    size_t most, size_t *deals);

#endif
