/*
 * merge - metrics that were written, to be added again.
 *
 * All must have the form of the first, which is noted; merge() gives how many were read.
 * A line that is no metric, or has another form, ends the program (65).
 */
#ifndef MERGE_H
#define MERGE_H

#include "cube.h"
#include "form.h"

struct rec_in;

uint64_t merge(struct cube *, struct form *, struct rec_in *);

#endif
