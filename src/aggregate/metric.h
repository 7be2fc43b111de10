/*
 * metric - the records that come out: the sums of a cube, and the rates they give.
 */
#ifndef METRIC_H
#define METRIC_H

#include "cube.h"
#include "form.h"

struct rec_out;

uint64_t metric_write(struct cube *, const struct form *, struct rec_out *); /* how many */

#endif
