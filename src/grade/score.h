/*
 * score - the figures of a run, from its alerts and what was planted.
 *
 * Shares of nothing are left out; so are all figures about events when no truth is known.
 */
#ifndef SCORE_H
#define SCORE_H

#include "alerts.h"

struct period {
	int32_t from, to; /* days, both counted */
};

double period_weeks(const struct period *);
json_t *score_record(const char *kind, const struct period *); /* kind, v, from, to, weeks */
void score_set(json_t *, const char *name, json_t *value); /* takes the value */
json_t *score_real(double value); /* to three places */

/* Adds alerts and, kind by kind, their figures; truth is NULL if nobody knows it. */
void score_add(
    json_t *record, const struct alerts *, const struct truth *, const struct period *);
void score_ledger(json_t *record, const char *path); /* adds what was tried */

#endif
