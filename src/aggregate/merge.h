/*
 * merge - metrics that were written, to be added again.
 *
 * The form becomes that of the first; a line that is no metric, or has another form, ends
 * the program (65).
 */
#ifndef MERGE_H
#define MERGE_H

#include "cube.h"
#include "form.h"
#include "summary.h"

struct rec_in;

void merge(struct cube *, struct form *, struct rec_in *, struct summary *);

#endif
