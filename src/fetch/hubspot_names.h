/*
 * hubspot_names - what HubSpot calls its ids: stages, pipelines, owners, companies, the portal.
 */
#ifndef HUBSPOT_NAMES_H
#define HUBSPOT_NAMES_H

#include "crm.h"

void hubspot_names_stages(struct crm *, json_t *pipelines, json_t *stages);
void hubspot_names_owners(struct crm *, json_t *owners); /* leavers too */

/* *link: of a deal, with {deal_id} in it, unless there is one already.  free() both. */
void hubspot_names_portal(struct crm *, char **link, char **currency);

/* Of one page of deals; `names` grows to some tens of thousands and is then begun anew. */
void hubspot_names_companies(
    struct crm *, const json_t *deals, json_t *company_of, json_t *names);

#endif
