/*
 * warnings - the open deals that somebody should look at, as one list a manager.
 *
 * A list opens in the week in which the last of its deals came onto it, so it stays the same
 * while nothing new comes, and is told once a week at most.  These weeks begin on Sunday, whose
 * data people have on Monday morning.
 */
#ifndef WARNINGS_H
#define WARNINGS_H

#include "reasons.h"

struct rec_out;

/* Writes a finding for each list that is not empty; how many. */
size_t warnings_write(struct rec_out *, const struct risk *, const struct warnings_rules *);

#endif
