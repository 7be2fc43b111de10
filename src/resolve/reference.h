/*
 * reference - what is known beside the deals, and what a deal is by it.
 *
 * A deal is looked up in three steps: its values by the names they have now, its rep by the
 * team and the manager of the day it was closed, its amount by the rate of that day; open deals
 * by those of the day `as_of`.  reference_edits() gives what changes by that, which is nothing
 * where the deal says so already; the texts live until the next call.
 *
 * reference_change() is for a change of a deal: a rename is none, and amounts are converted by
 * the rate of the deal they are of, which --deals had.
 */
#ifndef REFERENCE_H
#define REFERENCE_H

#include "aliases.h"
#include "missed.h"
#include "rates.h"
#include "rec.h"
#include "roster.h"

struct options {
	const char *aliases, *roster, *rates, *currency, *deals, *summary;
	int32_t as_of;
};

struct edit {
	struct span name, value;
	bool text; /* else a number */
};

enum verdict { AS_IT_IS, EDITED, NO_CHANGE };

struct reference;

struct reference *reference_open(const struct options *, struct rec_in *);
const struct aliases *reference_aliases(const struct reference *);
const struct edit *reference_edits(struct reference *, const struct rec *deal, size_t *count);
enum verdict reference_change(
    struct reference *, const struct rec *change, const struct edit **, size_t *count);
void reference_tell(const struct reference *); /* what they lack */
void reference_close(struct reference *);

#endif
