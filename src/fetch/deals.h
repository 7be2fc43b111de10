/*
 * deals - rows with named columns, from wherever they come, made deals as a map has it; what
 * cannot be read is refused.
 *
 * A deal is the fields of its row, those whose spelling was `repaired`, and its `source`,
 * `line` and, of a file, `offset`.  A row that has a code is refused with it; of the others
 * those of another width than the header, and those too long for a record, are refused here.
 * The tally counts rows, never headers.
 */
#ifndef DEALS_H
#define DEALS_H

#include "map.h"
#include "reject.h"
#include "rows.h"
#include "summary.h"

struct tally {
	struct summary sum;
	struct reject_tally refused;
};

struct taking {
	const struct map *map;
	struct rec_out *out, *rejects; /* rejects may be NULL */
	struct tally *tally;
};

struct deals;

/* The header's cells are the names; `name` is the source of the records and of messages. */
struct deals *deals_begin(const struct taking *, const struct row *header, const char *name);
void deals_row(struct deals *, const struct row *);
void deals_end(struct deals *); /* NULL too */

#endif
