/*
 * hubspot_history - what HubSpot remembers of a deal's properties, as changes of our fields.
 *
 * Told are stage, expected_close_date and amount, each as the map makes them of the property it
 * takes them from; a field that is there only in open deals is told only of times when the deal
 * was one.  How a property began is no change.
 */
#ifndef HUBSPOT_HISTORY_H
#define HUBSPOT_HISTORY_H

#include "hubspot_columns.h"

struct changes;
struct history;

/* after: milliseconds since 1970; what is older was told before.  The rest is borrowed. */
struct history *hubspot_history_new(
    const struct columns *, struct changes *changes, int64_t after);
json_t *hubspot_history_properties(const struct history *); /* to ask for; a new reference */
void hubspot_history_tell(const struct history *, const char *deal_id, const json_t *deal);
void hubspot_history_free(struct history *); /* NULL too */

#endif
