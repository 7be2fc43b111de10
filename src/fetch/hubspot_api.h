/*
 * hubspot_api - HubSpot's web API, asked as a private app.
 *
 * Whatever ends a run ends the program in one line (crm.h), here with HubSpot's own words: which
 * secret is refused (77), which scope it lacks (77), that the limit of the day is used up (75,
 * and nothing is asked again), or that of the second or of ten seconds (waited for).
 *
 * Lists come page by page; search page by page too, but each page is a search of its own for ids
 * that are higher than those before.  So neither does the limit of 10,000 results matter, nor
 * that results move up a page while others are read, nor how many have one stamp.
 */
#ifndef HUBSPOT_API_H
#define HUBSPOT_API_H

#include "crm.h"

typedef void hubspot_taker(void *context, const json_t *results);

struct crm hubspot_api(const struct source *);

/* `place` has a query already. */
void hubspot_list(struct crm *, const char *place, hubspot_taker *, void *context);

/* Live deals that pass all `filters`, with no other property than their id. */
void hubspot_search(struct crm *, const json_t *filters, hubspot_taker *, void *context);
json_t *hubspot_newest(struct crm *, const char *property); /* its highest value, or NULL */

/*
 * Objects by their ids, as `asking` has it (taken): inputs, an array of {"id": text}, and what else
 * a batch/read wants.  Those that HubSpot says are not there do not come.  What it leaves out
 * without a word is asked for once more; then, as at any other error, 75.
 */
void hubspot_read(
    struct crm *, const char *place, json_t *asking, hubspot_taker *, void *context);

const json_t *hubspot_results(struct crm *, const json_t *answer); /* it has some, or 69 */
/* An answer that has results; a new reference.  75: it has errors, not only of what is not there. */
json_t *hubspot_post(struct crm *, const char *place, json_t *body); /* body: taken */

json_t *hubspot_filter(const char *property, const char *operator, int64_t value);
const char *hubspot_id(struct crm *, const json_t *record); /* borrowed */

#endif
