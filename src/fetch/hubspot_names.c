#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "diag.h"
#include "field.h"
#include "hubspot_api.h"
#include "hubspot_names.h"
#include "mem.h"

enum { PRIMARY = 5, NAMES_MAX = 50000 };

/* ---- pipelines and their stages */

/* Closed with a chance of one is won; a chance is a text, as "1.0". */
static const char *
outcome_of(const json_t *stage)
{
	const json_t *about = json_object_get(stage, "metadata");

	if (strcmp(text_of(about, "isClosed"), "true") != 0)
		return "open";
	return strtod(text_of(about, "probability"), NULL) >= 1 ? "won" : "lost";
}

void
hubspot_names_stages(struct crm *crm, json_t *pipelines, json_t *stages)
{
	json_t *page = crm_get(crm, "/crm/v3/pipelines/deals"), *pipeline, *stage;
	size_t i, j;

	json_array_foreach (hubspot_results(crm, page), i, pipeline) {
		json_object_set_new(pipelines, hubspot_id(crm, pipeline),
		    json_string(text_of(pipeline, "label")));
		json_array_foreach (json_object_get(pipeline, "stages"), j, stage)
			json_object_set_new(stages, hubspot_id(crm, stage),
			    json_pack("{s:s, s:s}", "label", text_of(stage, "label"), "outcome",
				outcome_of(stage)));
	}
	json_decref(page);
}

/* ---- owners */

struct owners {
	struct crm *crm;
	json_t *owners;
};

static void
take_owners(void *context, const json_t *results)
{
	const struct owners *to = context;
	size_t i;
	json_t *owner;

	json_array_foreach (results, i, owner) {
		const char *first = text_of(owner, "firstName"),
			   *last = text_of(owner, "lastName");
		bool both = *first != '\0' && *last != '\0';
		const char *email = text_of(owner, "email");
		char *name = mem_printf("%s%s%s", first, both ? " " : "", last);
		json_object_set_new(to->owners, hubspot_id(to->crm, owner),
		    json_pack(
			"{s:s, s:s}", "name", *name != '\0' ? name : email, "email", email));
		free(name);
	}
}

void
hubspot_names_owners(struct crm *crm, json_t *owners)
{
	struct owners to = { crm, owners };

	hubspot_list(crm, "/crm/v3/owners?limit=100&archived=true", take_owners, &to);
	hubspot_list(crm, "/crm/v3/owners?limit=100&archived=false", take_owners, &to);
}

/* ---- the portal */

/* The host comes from outside and stands in a link that people press. */
static const char *
host_of(const json_t *about)
{
	static const char end[] = ".hubspot.com";
	const char *host = text_of(about, "uiDomain");
	size_t len = strlen(host);
	bool good = len > sizeof end && strcmp(host + len - (sizeof end - 1), end) == 0
	    && strspn(host, "abcdefghijklmnopqrstuvwxyz0123456789.-") == len;

	return good ? host : "app.hubspot.com";
}

void
hubspot_names_portal(struct crm *crm, char **link, char **currency)
{
	json_t *about = crm_get(crm, "/account-info/v3/details");
	json_int_t portal = json_integer_value(json_object_get(about, "portalId"));

	if (portal <= 0)
		crm_die(crm, EX_UNAVAILABLE, "its answer has no portalId");
	if (*link == NULL)
		*link = mem_printf("https://%s/contacts/%" JSON_INTEGER_FORMAT
				   "/record/0-3/{deal_id}",
		    host_of(about), portal);
	*currency = mem_printf("%s", text_of(about, "companyCurrency"));
	json_decref(about);
}

/* ---- companies */

static void
add_input(json_t *inputs, const char *id)
{
	json_array_append_new(inputs, json_pack("{s:s}", "id", id));
}

static bool
is_primary(const json_t *link)
{
	size_t i;
	json_t *type;

	json_array_foreach (json_object_get(link, "associationTypes"), i, type)
		if (json_integer_value(json_object_get(type, "typeId")) == PRIMARY
		    && strcmp(text_of(type, "category"), "HUBSPOT_DEFINED") == 0)
			return true;
	return false;
}

/* A text or a number, as the version of the API has it; 0: none. */
static int64_t
company_at(const json_t *link)
{
	const json_t *id = json_object_get(link, "toObjectId");

	return json_is_integer(id) ? json_integer_value(id)
				   : strtoll(text_of(link, "toObjectId"), NULL, 10);
}

static int64_t
company_among(const json_t *links)
{
	int64_t lowest = 0;
	size_t i;
	json_t *link;

	json_array_foreach (links, i, link) {
		int64_t id = company_at(link);
		if (is_primary(link))
			return id;
		if (id > 0 && (lowest == 0 || id < lowest))
			lowest = id;
	}
	return lowest;
}

static void
take_links(const json_t *results, json_t *company_of)
{
	size_t i;
	json_t *result;

	json_array_foreach (results, i, result) {
		const char *deal = text_of(json_object_get(result, "from"), "id");
		int64_t company = company_among(json_object_get(result, "to"));
		char *id = mem_printf("%" PRId64, company);
		if (*deal != '\0' && company > 0)
			json_object_set_new(company_of, deal, json_string(id));
		free(id);
	}
}

static void
ask_names(struct crm *crm, json_t *inputs, json_t *names)
{
	size_t i;
	json_t *company;

	if (json_array_size(inputs) == 0) {
		json_decref(inputs);
		return;
	}
	json_t *said = hubspot_post(crm, "/crm/v3/objects/companies/batch/read",
	    json_pack("{s:o, s:[s], s:[]}", "inputs", inputs, "properties", "name",
		"propertiesWithHistory"));
	json_array_foreach (json_object_get(said, "results"), i, company)
		json_object_set_new(names, hubspot_id(crm, company),
		    json_string(text_of(json_object_get(company, "properties"), "name")));
	json_decref(said);
}

void
hubspot_names_companies(struct crm *crm, const json_t *deals, json_t *company_of, json_t *names)
{
	json_t *inputs, *value;
	const char *deal;
	size_t i;

	if (json_array_size(deals) == 0)
		return;
	inputs = json_array();
	json_array_foreach (deals, i, value)
		add_input(inputs, hubspot_id(crm, value));
	json_t *said = hubspot_post(crm, "/crm/v4/associations/deals/companies/batch/read",
	    json_pack("{s:o}", "inputs", inputs));
	take_links(json_object_get(said, "results"), company_of);
	json_decref(said);
	if (json_object_size(names) > NAMES_MAX)
		json_object_clear(names);
	inputs = json_array();
	json_object_foreach (company_of, deal, value)
		if (json_object_get(names, json_string_value(value)) == NULL) {
			add_input(inputs, json_string_value(value));
			json_object_set_new(names, json_string_value(value), json_string(""));
		}
	ask_names(crm, inputs, names);
}
