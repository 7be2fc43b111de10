/*
 * salesforce_history - changes of deals as Salesforce itself keeps them.
 *
 * OpportunityHistory has what a deal's stage, amount, close date, probability and forecast were
 * at each change of one of them: what differs from the row before it is a change.
 * OpportunityFieldHistory, which an org may lack, has old and new of the fields that it tracks;
 * what the first has is not told from it again.  Of several rows of one instant the change is
 * from the first of them to the last.
 *
 * Fields and values are ours, by the map; what comes only `when` a deal is decided is not told,
 * since a row does not say whether it was.
 */
#ifndef SALESFORCE_HISTORY_H
#define SALESFORCE_HISTORY_H

#include "salesforce_query.h"

/* Of the deals that `deals` asks for; only changes from `since` on, NULL for all. */
void history_fetch(
    struct org *, const struct fetching *, const struct query *deals, const char *since);

/* ---- a value of theirs as it is in a deal (salesforce_values.c) */

struct history_field {
	const char *name; /* ours */
	const struct map_field *field;
	const char *column, *tracked; /* as a row names it */
	struct spelling *spelling;
};

struct history_fields {
	struct history_field *fields;
	size_t count;
};

struct history_fields history_fields(const struct map *);
void history_fields_release(struct history_fields *);
bool history_tells(const struct history_field *, const json_t *value); /* such a value */
json_t *history_value(const struct map *, const struct history_field *, const json_t *value);
json_t *history_number(const json_t *text); /* a number, if it is one; else the text */

#endif
