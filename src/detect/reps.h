/*
 * reps - a rep's recent win rate beside the rep's history, both shrunk.
 *
 * The history is shrunk towards all reps by as much as reps differ (empirical Bayes), the
 * recent rate towards that history, as if it came with twenty deals; what all other reps
 * gained or lost meanwhile is expected of this one too.  A shift is flagged when the chance
 * that the rate moved by some points at least is high.  Reps are reviewed weekly.
 */
#ifndef REPS_H
#define REPS_H

#include "finding.h"
#include "rules.h"

struct rep_shift {
	struct counts recent, past;
	double rate, usual; /* shrunk; momentum is their ratio */
	double expected; /* the rate, had nothing happened to this rep */
	double rate_n, usual_n; /* what each counts for, in deals */
	double z, probability;
};

struct rep {
	struct rep_shift shift;
	int sign; /* of the episode; 0: none */
	int32_t opened, fired;
};

struct reps {
	const struct segments *segments;
	const struct rules *rules;
	size_t count, tried;
	struct rep *at; /* by code */
	size_t recorded, past, over; /* the first deals that are not yet: so far counted */
};

void reps_make(struct reps *, const struct segments *, const struct rules *);
void reps_judge(struct reps *, int32_t day); /* all shifts as of that day; days in order */
void reps_review(struct reps *, int32_t day); /* judge, and open and close episodes */
struct finding reps_finding(const struct reps *, size_t rep, int32_t day);
void reps_release(struct reps *);

#endif
