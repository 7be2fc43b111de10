/*
 * deals - the deals of CSV files, as their map has it; what cannot be read is refused.
 *
 * A deal is the fields of its row, those whose spelling was `repaired`, and its `source`,
 * `line` and `offset`.  The tally counts rows, never headers.
 */
#ifndef DEALS_H
#define DEALS_H

#include "map.h"
#include "reject.h"
#include "summary.h"

struct tally {
	struct summary sum;
	struct reject_tally refused;
};

struct rec_out;

void deals_fetch(const char *path, const struct map *, struct rec_out *out,
    struct rec_out *rejects, struct tally *);

#endif
