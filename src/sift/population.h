/*
 * population - "population" of rules.json: which deals do not count.
 *
 *	[{"name": "renewals", "on": true, "where": {"deal_type": ["Renewal", "Upsell"]}}, ...]
 *
 * A row fits a deal when all of `where` does: of each field, one of its values.  A text is
 * equal to a text, a number to a number, true and false to themselves, null to what is
 * missing (absent, null, an empty text); {"like": "(?i)test.*"} is a PCRE2 pattern that the
 * whole text, or the number as it is written, must fit.  The first row that fits is the reason.
 */
#ifndef POPULATION_H
#define POPULATION_H

#include <stdint.h>
#include "rec.h"

struct population;

/* Wants the fields; values are called what aliases, if there is such a file, call them now. */
struct population *population_load(const char *path, const char *aliases, struct rec_in *);
const char *population_without(struct population *, const struct rec *); /* a row, or NULL */
json_t *population_counts(const struct population *); /* {name: count} of the rows; or NULL */
void population_warn(const struct population *); /* of fields that no deal had */
void population_free(struct population *);

#endif
