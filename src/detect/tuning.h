/*
 * tuning - what a user may say of any kind of finding: a section of "detect" in the rules.
 *
 * How surprising it must be is either a threshold of z or a budget of false alarms.  A budget
 * is shared out evenly over all looks of a quarter, as if each could fail alone (Bonferroni),
 * so that no more than those are to be expected while z is no wilder than a normal deviate.
 */
#ifndef TUNING_H
#define TUNING_H

#include <stdbool.h>
#include <stdint.h>

struct conf;

struct tuning {
	bool on;
	double threshold; /* of z */
	double budget; /* false alarms a quarter; 0: the threshold rules */
	double min_points;
	int64_t min_pipeline; /* money */
};

/* usual: what holds where the section is silent. */
struct tuning tuning_read(
    const struct conf *, const char *name, const char *const *keys, struct tuning usual);
double tuning_number(const struct conf *, const char *name, const char *key, double least,
    double most, double otherwise);
double tuning_threshold(const struct tuning *, double looks); /* looks: in a quarter */

#endif
