/*
 * synonyms - what CRMs call the columns that we call deal_id, closed_date, outcome.
 *
 * Names are compared by their letters and digits alone, with or without a leading "deal" or
 * "opportunity".  synonyms_rank is 0 for a column with another meaning; else the lower the
 * surer.  synonyms_outcome says what a stage or status stands for, or NULL.
 */
#ifndef SYNONYMS_H
#define SYNONYMS_H

#include "span.h"

enum { SYNONYM_NAME_MAX = 64 };

size_t synonyms_rank(const char *field, struct span column);
const char *synonyms_outcome(struct span value);
void synonyms_plain(struct span name, char plain[SYNONYM_NAME_MAX]); /* letters and digits */

#endif
