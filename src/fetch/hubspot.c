#include <stdlib.h>
#include <string.h>

#include "change.h"
#include "dates.h"
#include "diag.h"
#include "http_place.h"
#include "hubspot_api.h"
#include "hubspot_columns.h"
#include "hubspot_history.h"
#include "hubspot.h"
#include "keyset.h"
#include "mem.h"
#include "objects.h"
#include "progress.h"
#include "when.h"

/* HubSpot's: deals of a page, deals of a page with history, characters of an address. */
enum { PAGE = 100, PAGE_WITH_HISTORY = 50, PLACE_MOST = 15000 };
enum { OVERLAP = 10, OVERLAP_MOST = 7 * 24 * 60, MINUTE = 60 * 1000, ARCHIVED_MOST = 20000 };

const char *const hubspot_keys[] = { "token", "api", "private", "patience", "overlap_minutes",
	"link", NULL };
const char *const hubspot_asked[] = { "api", "link", NULL };

struct portal {
	struct fetching *f;
	struct crm crm;
	struct columns columns;
	struct history *history; /* NULL: nobody asked */
	json_t *histories; /* properties to ask the history of */
	struct objects *objects;
	struct progress progress;
	struct keyset *met; /* ids of deals that were handed on */
	json_t *archived; /* id: since when, less those that were met alive */
	int64_t since; /* milliseconds; of what changed then or later */
};

/* ---- deals as they come */

static void
take_deals(void *context, const json_t *deals)
{
	struct portal *portal = context;
	size_t i;
	json_t *deal;

	hubspot_columns_page(&portal->columns, &portal->crm, deals);
	json_array_foreach (deals, i, deal) {
		const char *id = hubspot_id(&portal->crm, deal);
		if (!keyset_add(portal->met, span(id)))
			continue;
		json_object_del(portal->archived, id);
		json_t *row = hubspot_row(&portal->columns, deal);
		objects_take(portal->objects, row);
		json_decref(row);
		if (portal->history != NULL)
			hubspot_history_tell(portal->history, id, deal);
	}
	progress_show(&portal->progress, objects_taken(portal->objects), 0);
}

static size_t
page_size(const struct portal *portal)
{
	return json_array_size(portal->histories) > 0 ? PAGE_WITH_HISTORY : PAGE;
}

/* By their ids, which are taken; whoever is archived by now or gone is not among the answers. */
static void
read_batch(struct portal *portal, json_t *inputs)
{
	hubspot_read(&portal->crm, "/crm/v3/objects/deals/batch/read",
	    json_pack("{s:o, s:O, s:O}", "inputs", inputs, "properties",
		portal->columns.properties, "propertiesWithHistory", portal->histories),
	    take_deals, portal);
}

static json_t *
add_input(struct portal *portal, json_t *inputs, const char *id)
{
	json_array_append_new(inputs, json_pack("{s:s}", "id", id));
	if (json_array_size(inputs) < page_size(portal))
		return inputs;
	read_batch(portal, inputs);
	return json_array();
}

static void
read_deals(void *context, const json_t *found)
{
	struct portal *portal = context;
	json_t *inputs = json_array(), *deal;
	size_t i;

	json_array_foreach (found, i, deal)
		inputs = add_input(portal, inputs, hubspot_id(&portal->crm, deal));
	read_batch(portal, inputs);
}

/* ---- all of them */

static char *
joined(const char *key, const json_t *names)
{
	char *all = mem_printf("%s", "");
	size_t i;
	json_t *name;

	json_array_foreach (names, i, name) {
		char *one = http_place_escape(json_string_value(name));
		char *more = mem_printf("%s%s%s", all, i > 0 ? "," : key, one);
		free(one);
		free(all);
		all = more;
	}
	return all;
}

/* Where the names of properties are too many for an address, they go into a body. */
static void
list_all(struct portal *portal)
{
	char *properties = joined("&properties=", portal->columns.properties);
	char *histories = joined("&propertiesWithHistory=", portal->histories);
	bool fits = strlen(properties) + strlen(histories) < PLACE_MOST;
	char *place = mem_printf("/crm/v3/objects/deals?archived=false&limit=%zu%s%s",
	    fits ? page_size(portal) : (size_t)PAGE,
	    fits ? properties : "&properties=hs_object_id", fits ? histories : "");

	hubspot_list(&portal->crm, place, fits ? take_deals : read_deals, portal);
	free(place);
	free(histories);
	free(properties);
}

/* ---- what was archived, and what is back */

static void
take_archived(void *context, const json_t *deals)
{
	struct portal *portal = context;
	size_t i;
	json_t *deal;

	json_array_foreach (deals, i, deal) {
		json_t *at = json_object_get(deal, "archivedAt");
		json_object_set_new(portal->archived, hubspot_id(&portal->crm, deal),
		    json_is_string(at) ? json_incref(at) : json_string(""));
	}
}

static void
list_archived(struct portal *portal)
{
	hubspot_list(&portal->crm,
	    "/crm/v3/objects/deals?archived=true&limit=100&properties=hs_object_id",
	    take_archived, portal);
}

static void
read_restored(struct portal *portal)
{
	json_t *inputs = json_array(), *id;
	size_t i;

	json_array_foreach (json_object_get(portal->f->since, "archived"), i, id)
		if (json_is_string(id)
		    && json_object_get(portal->archived, json_string_value(id)) == NULL
		    && !keyset_has(portal->met, span(json_string_value(id))))
			inputs = add_input(portal, inputs, json_string_value(id));
	read_batch(portal, inputs);
}

/* Each is told once: those that the bookmark has were told before. */
static void
tell_archived(struct portal *portal)
{
	json_t *known = json_object(), *id, *at;
	const char *deal;
	size_t i;

	json_array_foreach (json_object_get(portal->f->since, "archived"), i, id)
		if (json_is_string(id))
			json_object_set_new(known, json_string_value(id), json_true());
	json_object_foreach (portal->archived, deal, at)
		if (json_object_get(known, deal) == NULL)
			change_deleted(portal->f->changes, deal, json_string_value(at));
	json_decref(known);
}

/* ---- a run */

static struct portal
portal_new(struct fetching *f)
{
	struct portal portal = { .f = f,
		.columns = hubspot_columns(&f->source),
		.histories = json_array(),
		.progress = progress_of(-1),
		.met = keyset_new(),
		.archived = json_object() };
	double overlap =
	    source_number(&f->source, "overlap_minutes", 0, OVERLAP_MOST, OVERLAP) * MINUTE;
	const char *newest = json_string_value(json_object_get(f->since, "newest"));

	if (newest != NULL && dates_instant(span(newest), &portal.since))
		portal.since -=
		    portal.since > (int64_t)overlap ? (int64_t)overlap : portal.since;
	portal.crm = hubspot_api(&f->source);
	return portal;
}

static void
portal_begin(struct portal *portal)
{
	struct fetching *f = portal->f;

	if (f->changes != NULL) {
		portal->history =
		    hubspot_history_new(&portal->columns, f->changes, portal->since);
		json_decref(portal->histories);
		portal->histories = hubspot_history_properties(portal->history);
		portal->columns.parts |= STAGES;
	}
	hubspot_columns_load(&portal->columns, &portal->crm);
	portal->objects = objects_begin(&f->taking, f->source.name);
}

static void
portal_release(struct portal *portal)
{
	diag_progress_end();
	objects_end(portal->objects);
	hubspot_history_free(portal->history);
	hubspot_columns_release(&portal->columns);
	keyset_free(portal->met);
	json_decref(portal->histories);
	json_decref(portal->archived);
	crm_release(&portal->crm);
}

/* Each place that a run would ask answers. */
static void
check(struct portal *portal)
{
	hubspot_columns_load(&portal->columns, &portal->crm);
	json_decref(hubspot_newest(&portal->crm, "hs_lastmodifieddate"));
	if (portal->columns.parts & COMPANIES)
		json_decref(crm_get(&portal->crm, "/crm/v3/objects/companies?limit=1"));
}

static void
fetch_period(struct portal *portal)
{
	const struct fetching *f = portal->f;
	json_t *filters = json_array();

	if (f->from != NULL)
		json_array_append_new(filters,
		    hubspot_filter("createdate", "GTE",
			when_local(when_asked(f->from), 0, f->zone) * 1000));
	if (f->to != NULL)
		json_array_append_new(filters,
		    hubspot_filter("createdate", "LT",
			when_local(when_asked(f->to) + 1, 0, f->zone) * 1000));
	hubspot_search(&portal->crm, filters, read_deals, portal);
	json_decref(filters);
}

static void
fetch_changed(struct portal *portal)
{
	json_t *filters =
	    json_pack("[o]", hubspot_filter("hs_lastmodifieddate", "GTE", portal->since));

	hubspot_search(&portal->crm, filters, read_deals, portal);
	json_decref(filters);
	read_restored(portal);
}

/* One of thousands that is left out is told again next time, and if it comes back unchanged, not. */
static json_t *
archived_ids(const struct portal *portal)
{
	json_t *ids = json_array(), *at;
	const char *id;

	json_object_foreach (portal->archived, id, at)
		if (json_array_size(ids) < ARCHIVED_MOST)
			json_array_append_new(ids, json_string(id));
	return ids;
}

/* No deal changes where its stage or its owner gets another name, and each must tell it. */
static bool
is_all_asked(const struct portal *portal)
{
	const json_t *since = portal->f->since;

	if (since == NULL)
		return true;
	if (!hubspot_columns_renamed(&portal->columns, json_object_get(since, "names")))
		return false;
	warn("%s: a stage, pipeline or owner has another name or meaning than before: all is "
	     "read again",
	    portal->f->source.name);
	return true;
}

/* What is newest is asked before anything is read, since all that is read may change meanwhile. */
static void
fetch_since(struct portal *portal)
{
	json_t *newest = hubspot_newest(&portal->crm, "hs_lastmodifieddate");

	if (!json_is_string(newest)) {
		json_decref(newest);
		newest = json_string("1970-01-01T00:00:00Z");
	}
	list_archived(portal);
	if (is_all_asked(portal))
		list_all(portal);
	else
		fetch_changed(portal);
	tell_archived(portal);
	portal->f->until = json_pack("{s:o, s:o, s:o}", "newest", newest, "archived",
	    archived_ids(portal), "names", hubspot_columns_names(&portal->columns));
}

void
hubspot_source(struct fetching *f)
{
	if (f->source.map_path == NULL)
		source_die(&f->source, "map",
		    "must name a map of HubSpot's properties; maps/hubspot.json is one");
	struct portal portal = portal_new(f);

	hubspot_columns_check(&portal.columns, &portal.crm);
	if (f->check) {
		check(&portal);
	} else {
		portal_begin(&portal);
		if (f->from != NULL || f->to != NULL)
			fetch_period(&portal);
		else
			fetch_since(&portal);
	}
	portal_release(&portal);
}
