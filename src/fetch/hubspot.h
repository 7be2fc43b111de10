/*
 * hubspot - deals of a HubSpot portal, by a private app.
 *
 * All of them are listed; what changed since is found by search, whose index lags behind, and
 * read anew by its id.  `until` has the newest stamp that search knew before anything was read,
 * the ids of archived deals, so that one that comes back is known by its absence, and what stages,
 * pipelines and owners were called: where one is called otherwise, all deals are listed anew.
 */
#ifndef HUBSPOT_H
#define HUBSPOT_H

#include "source.h"

extern const char *const hubspot_keys[], *const hubspot_asked[];

void hubspot_source(struct fetching *);

#endif
