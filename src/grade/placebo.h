/*
 * placebo - how often alerts are raised where there is nothing to find.
 *
 * Alerts of several runs on shuffled outcomes, told apart by `copy` (from 1), are counted: a
 * record for each copy, and one for all with 95 % intervals (Poisson, exact) of the rates.
 * Those on the win rate of the whole company are counted apart, and of what outcomes do not make
 * nothing is said: a shuffle within time leaves both as they were, so they are not of chance.
 */
#ifndef PLACEBO_H
#define PLACEBO_H

#include "score.h"

struct rec_out;

void placebo_write(const struct alerts *, const struct period *, int copies, struct rec_out *);

#endif
