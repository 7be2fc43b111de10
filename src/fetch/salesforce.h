/*
 * salesforce - the deals of a Salesforce org: its Opportunity records, and what became of them.
 *
 * The columns of the map are fields of Opportunity ("StageName", "Owner.Name", "Region__c"), but
 * for two: `outcome` is won, lost or open, as IsClosed and IsWon say, and `url` is where the deal
 * is seen, which a deal has whatever the map says.  deal_id is the Id.
 *
 * What it remembers is the newest SystemModstamp that it saw, {"stamp": ...}.  The next time it
 * asks for all from some minutes before that on: a record that was written long before its
 * transaction ended has a stamp in the past by then.
 *
 * Of deals that are in the recycle bin it tells the change `deleted`; of the others what the
 * history of stages and of fields has (salesforce_history.h).
 */
#ifndef SALESFORCE_H
#define SALESFORCE_H

#include "source.h"

extern const char *const salesforce_keys[], *const salesforce_asked[];

void salesforce_source(struct fetching *);

#endif
