/*
 * hubspot_columns - the columns of a deal: HubSpot's properties, and what follows from them.
 *
 * A column is a property of deals, or one of these: dealstage.label, pipeline.label, owner.name,
 * owner.email, company.id, company.name (of the primary company, else the lowest id), outcome
 * (won, lost or open: by the deal's stage), currency (the portal's, if the deal has none) and
 * url.  What an id has no name for is shown as the id.  Only what the map asks for is asked of
 * HubSpot, by hubspot_columns_load(), once.
 */
#ifndef HUBSPOT_COLUMNS_H
#define HUBSPOT_COLUMNS_H

#include "crm.h"
#include "map.h"

enum hubspot_part { STAGES = 1, OWNERS = 2, COMPANIES = 4, ACCOUNT = 8 };

struct columns {
	const struct map *map;
	json_t *wanted; /* columns, an array */
	json_t *properties; /* of HubSpot's that they come from: an array, each once */
	unsigned parts;
	char *link; /* with {deal_id} in it; or NULL */
	char *currency; /* the portal's */
	json_t *stages; /* id: { label, outcome } */
	json_t *pipelines; /* id: label */
	json_t *owners; /* id: { name, email } */
	json_t *companies; /* id: name, as far as met */
	json_t *company_of; /* deal: id, of one page */
};

struct columns hubspot_columns(const struct source *);
void hubspot_columns_release(struct columns *);

/* The name of a property that the column is, or comes from. */
const char *hubspot_property_of(const char *column);

/* 78 with the place in the map where it names a property that the portal lacks: HubSpot would
 * give deals without it, and say nothing. */
void hubspot_columns_check(const struct columns *, struct crm *);

void hubspot_columns_load(struct columns *, struct crm *);
void hubspot_columns_page(
    struct columns *, struct crm *, const json_t *deals); /* before rows */

/* What is called how, for a bookmark; and whether any of it was called otherwise then. */
json_t *hubspot_columns_names(const struct columns *);
bool hubspot_columns_renamed(const struct columns *, const json_t *before);

json_t *hubspot_row(const struct columns *, const json_t *deal); /* a new reference */

const char *hubspot_stage_label(const struct columns *, const char *stage);
const char *hubspot_stage_outcome(const struct columns *, const char *stage); /* "" unknown */

#endif
