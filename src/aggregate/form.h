/*
 * form - what all metrics of a stream have in common.
 *
 * The clock says by which date a deal is counted, the bucket how many days are one, the
 * currency what amounts are in: "" where deals name none, or where it is a dimension.
 */
#ifndef FORM_H
#define FORM_H

#include <stdbool.h>
#include <stdint.h>
#include "span.h"

struct clock {
	const char *name, *field, *otherwise; /* the date, and where to look if it is absent */
	bool open; /* open deals are counted too */
};

struct bucket {
	const char *name;
	int32_t (*start)(int32_t day);
};

struct form {
	const struct clock *clock;
	const struct bucket *bucket;
	bool any_currency; /* each sum is of one, since it is a dimension of all groupings */
	const char
	    *home; /* amounts in others are left out of sums; NULL: they end the program */
	char *currency; /* of the amounts so far; NULL before the first */
};

const struct clock *clock_named(struct span name); /* NULL: no such clock */
const struct bucket *bucket_named(struct span name);

/* Notes the currency of an amount; one that is unlike those before ends the program (65).  False:
   it is not to be added. */
bool form_currency(struct form *, struct span currency, size_t line);

#endif
