/*
 * score - the size of a finding, and the severity that its rule gives to it.
 *
 * The score is what an alert keeps of the arithmetic, enough to do it again:
 * {"values": {"points", "pipeline", "z", "n", "probability"}, "severities": [rows]}: the
 * severity is that of the first row all of whose minimums ("min_points" for "points") are met,
 * and a value that the finding does not have meets none.
 */
#ifndef SCORE_H
#define SCORE_H

#include "rules.h"

struct score {
	enum severity severity;
	char *below; /* when no row was met: by what the last one was missed; else NULL */
	json_t *record;
};

const char *score_minimum(size_t i); /* the i-th a row may have: "min_points"; or NULL */
double score_z(const json_t *finding); /* without its sign */
double score_stake(const json_t *finding); /* the open pipeline of its segment */
struct score score_of(const json_t *finding, const struct rule *);

#endif
