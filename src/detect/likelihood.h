/*
 * likelihood - what a shift explains of the deals of an incident, beyond what was expected.
 */
#ifndef LIKELIHOOD_H
#define LIKELIHOOD_H

#include "incidents.h"

/* The most probable shift, in logits, of prior mean 0 and sd 1; at most 3. */
double likelihood_shift(const struct company *, const struct incident *);

/* The log likelihood of the shift against none, deal by deal. */
struct course {
	size_t best; /* how many deals until it was largest; 0: it never was above 0 */
	double fall; /* from its largest to the last */
};
struct course likelihood_course(const struct company *, const struct incident *);

/* By segment: what sums would be more, were the shift not expected; free() it. */
struct sum *likelihood_taken(const struct company *, const struct incident *, bool cohort);

#endif
