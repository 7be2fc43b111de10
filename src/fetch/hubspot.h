/*
 * hubspot - deals of a HubSpot portal, by a private app.
 *
 * All of them are listed; what changed since is found by search, whose index lags behind, and
 * read anew by its id.  `until` has the newest stamp that search knew before anything was read,
 * and the ids of archived deals, so that one that comes back is known by its absence.
 */
#ifndef HUBSPOT_H
#define HUBSPOT_H

#include "source.h"

extern const char *const hubspot_keys[], *const hubspot_asked[];

void hubspot_source(struct fetching *);

#endif
