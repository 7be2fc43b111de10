/*
 * evidence - the counts behind a finding, taken from the deals themselves.
 *
 * Days are days of the calendar; `from` is included, `to` too.  What is open on a day was
 * created by then and not yet recorded.
 */
#ifndef EVIDENCE_H
#define EVIDENCE_H

#include "segments.h"

struct counts {
	double won, n;
};

struct counts evidence_counts(
    const struct segments *, uint32_t segment, int32_t from, int32_t to);
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

/* The largest deals recorded then that were won, or lost; at most `most`; how many. */
size_t evidence_deals(const struct segments *, uint32_t segment, int32_t from, int32_t to,
    bool won, size_t most, size_t *deals);

#endif
