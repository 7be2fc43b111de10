#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diag.h"
#include "field.h"
#include "http_place.h"
#include "hubspot_api.h"
#include "mem.h"

enum { SEARCH_LIMIT = 100, TEN_SECONDS = 10, SCOPES_MAX = 200 };
enum { LOCKED = 423, MOVING = 477 }; /* HubSpot's: for some seconds, for up to a day */

static const char not_there[] = "OBJECT_NOT_FOUND"; /* the category of an error */

/* ---- what HubSpot refuses */

/* What is asked for in an error: only names of scopes, since a message shows them. */
static void
add_scopes(char scopes[SCOPES_MAX], const struct crm *crm, const json_t *named)
{
	size_t i;
	json_t *scope;

	json_array_foreach (named, i, scope) {
		const char *text = json_string_value(scope);
		size_t used = strlen(scopes);
		if (text != NULL
		    && strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789._-") == strlen(text)
		    && strstr(text, crm->token) == NULL)
			snprintf(scopes + used, SCOPES_MAX - used, "%s%s",
			    used > 0 ? " or " : "", text);
	}
}

static _Noreturn void
die_of_scope(const struct crm *crm, const json_t *said)
{
	char scopes[SCOPES_MAX] = "";
	size_t i;
	json_t *wrong;

	json_array_foreach (json_object_get(said, "errors"), i, wrong) {
		const json_t *context = json_object_get(wrong, "context");
		add_scopes(scopes, crm, json_object_get(context, "requiredGranularScopes"));
		add_scopes(scopes, crm, json_object_get(context, "requiredScopes"));
	}
	crm_die(crm, EX_NOPERM, "HTTP 403: the private app lacks a scope%s%s",
	    *scopes != '\0' ? ": " : "", scopes);
}

static enum crm_next
wait_a_little(struct crm *crm, const json_t *said)
{
	double seconds =
	    strncmp(text_of(said, "policyName"), "TEN_SECONDLY", 12) == 0 ? TEN_SECONDS : 1;

	if (seconds > crm->patience)
		return CRM_AS_USUAL;
	crm->patience -= seconds;
	crm_pause(seconds);
	return CRM_AGAIN;
}

static enum crm_next
refused(struct crm *crm, const struct http_answer *answer, const json_t *said)
{
	if (answer->code == 401) {
		const char *name = source_needs(crm->source, "token");
		crm_die(crm, EX_NOPERM,
		    "HTTP 401: the token is refused that $%s_FILE or $%s gives", name, name);
	}
	if (answer->code == 403 && strcmp(text_of(said, "category"), "MISSING_SCOPES") == 0)
		die_of_scope(crm, said);
	if (answer->code == LOCKED || answer->code == MOVING)
		crm_die(crm, EX_TEMPFAIL, "%s", answer->reason);
	if (answer->code != 429)
		return CRM_AS_USUAL;
	if (strcmp(text_of(said, "policyName"), "DAILY") == 0)
		crm_die(crm, EX_TEMPFAIL,
		    "HTTP 429: the requests of the day are used up (DAILY); a later run goes "
		    "on");
	return answer->wait > 0 ? CRM_AS_USUAL : wait_a_little(crm, said);
}

struct crm
hubspot_api(const struct source *source)
{
	struct crm crm = crm_new(source);

	crm.base = mem_printf("%s", source_text(source, "api", "https://api.hubapi.com"));
	crm.token = source_secret(source, "token");
	crm.refused = refused;
	return crm;
}

/* ---- what it answers */

const json_t *
hubspot_results(struct crm *crm, const json_t *page)
{
	const json_t *results = json_object_get(page, "results");

	if (!json_is_array(results))
		crm_die(crm, EX_UNAVAILABLE, "its answer has no results");
	return results;
}

const char *
hubspot_id(struct crm *crm, const json_t *record)
{
	const char *id = text_of(record, "id");

	if (*id == '\0')
		crm_die(crm, EX_UNAVAILABLE, "its answer has a record without an id");
	return id;
}

void
hubspot_list(struct crm *crm, const char *place, hubspot_taker *take, void *context)
{
	char *next = mem_printf("%s", place), *before = NULL;

	while (next != NULL) {
		json_t *page = crm_get(crm, next);
		take(context, hubspot_results(crm, page));
		const json_t *paging = json_object_get(json_object_get(page, "paging"), "next");
		const char *after = text_of(paging, "after");
		if (before != NULL && strcmp(before, after) == 0)
			crm_die(crm, EX_UNAVAILABLE, "its list goes round in circles");
		free(before);
		free(next);
		before = mem_printf("%s", after);
		char *escaped = http_place_escape(after);
		next = *after != '\0' ? mem_printf("%s&after=%s", place, escaped) : NULL;
		free(escaped);
		json_decref(page);
	}
	free(before);
}

/* A 207 is whole but for what its errors are about; of HubSpot's words only plain ones are shown. */
static void
check_errors(const struct crm *crm, const json_t *said)
{
	const json_t *errors = json_object_get(said, "errors"), *wrong;
	json_int_t told = json_integer_value(json_object_get(said, "numErrors"));
	size_t i;

	json_array_foreach ((json_t *)errors, i, wrong) {
		const char *category = text_of(wrong, "category");
		bool plain =
		    strspn(category, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_") == strlen(category);
		if (strcmp(category, not_there) != 0)
			crm_die(crm, EX_TEMPFAIL,
			    "its answer is not all that was asked for: %.60s",
			    plain && *category != '\0' ? category : "an error");
	}
	if (told > 0 && json_array_size(errors) == 0)
		crm_die(crm, EX_TEMPFAIL,
		    "its answer is not all that was asked for: errors that it does not name");
}

json_t *
hubspot_post(struct crm *crm, const char *place, json_t *body)
{
	json_t *said = crm_post(crm, place, body);

	hubspot_results(crm, said);
	check_errors(crm, said);
	json_decref(body);
	return said;
}

/* ---- objects by their ids */

static json_t *
given(struct crm *crm, const json_t *said)
{
	json_t *ids = json_object(), *record;
	size_t i;

	json_array_foreach (json_object_get(said, "results"), i, record)
		json_object_set_new(ids, hubspot_id(crm, record), json_true());
	return ids;
}

static json_t *
gone(const json_t *said)
{
	json_t *ids = json_object(), *wrong, *id;
	size_t i, j;

	json_array_foreach (json_object_get(said, "errors"), i, wrong)
		json_array_foreach (
		    json_object_get(json_object_get(wrong, "context"), "ids"), j, id)
			if (json_is_string(id))
				json_object_set_new(ids, json_string_value(id), json_true());
	return ids;
}

/* ids: taken */
static json_t *
without(const json_t *inputs, json_t *ids)
{
	json_t *rest = json_array(), *input;
	size_t i;

	json_array_foreach ((json_t *)inputs, i, input)
		if (json_object_get(ids, text_of(input, "id")) == NULL)
			json_array_append(rest, input);
	json_decref(ids);
	return rest;
}

/* The inputs that an answer left out.  Asked for again, one may come under another id: it was
 * merged with that one. */
static json_t *
left_out(struct crm *crm, const json_t *said, const json_t *inputs, bool again)
{
	json_t *due = without(inputs, gone(said)), *left = without(due, given(crm, said));

	if (again && json_array_size(json_object_get(said, "results")) >= json_array_size(due))
		json_array_clear(left);
	else if (again && json_array_size(left) > 0)
		crm_die(crm, EX_TEMPFAIL,
		    "of %zu records that were asked for twice it leaves out %zu, and does not "
		    "say why",
		    json_array_size(inputs), json_array_size(left));
	json_decref(due);
	return left;
}

void
hubspot_read(
    struct crm *crm, const char *place, json_t *asking, hubspot_taker *take, void *context)
{
	const json_t *inputs = json_object_get(asking, "inputs");

	for (bool again = false; json_array_size(inputs) > 0; again = true) {
		json_t *said = hubspot_post(crm, place, json_incref(asking));
		take(context, json_object_get(said, "results"));
		json_object_set_new(asking, "inputs", left_out(crm, said, inputs, again));
		inputs = json_object_get(asking, "inputs");
		json_decref(said);
	}
	json_decref(asking);
}

/* ---- search */

json_t *
hubspot_filter(const char *property, const char *operator, int64_t value)
{
	char text[24];

	snprintf(text, sizeof text, "%" PRId64, value);
	return json_pack(
	    "{s:s, s:s, s:s}", "propertyName", property, "operator", operator, "value", text);
}

/* HubSpot wants all of these keys, and values that are texts. */
static json_t *
search(struct crm *crm, json_t *filters, const char *by, const char *direction, int limit)
{
	json_t *groups = json_array_size(filters) > 0 ? json_pack("[{s:o}]", "filters", filters)
						      : (json_decref(filters), json_array());

	return hubspot_post(crm, "/crm/v3/objects/deals/search",
	    json_pack("{s:o, s:[{s:s, s:s}], s:[s], s:i, s:s}", "filterGroups", groups, "sorts",
		"propertyName", by, "direction", direction, "properties", by, "limit", limit,
		"after", "0"));
}

/* The last id, which is the highest: what is found must be in order, or some would be lost. */
static int64_t
last_of(struct crm *crm, const json_t *results, int64_t last)
{
	size_t i;
	json_t *record;

	json_array_foreach (results, i, record) {
		char *end;
		int64_t id = strtoll(hubspot_id(crm, record), &end, 10);
		if (*end != '\0' || id <= last)
			crm_die(
			    crm, EX_UNAVAILABLE, "its search does not sort by hs_object_id");
		last = id;
	}
	return last;
}

void
hubspot_search(struct crm *crm, const json_t *filters, hubspot_taker *take, void *context)
{
	int64_t last = 0;
	json_int_t left = 1;

	while (left > 0) {
		json_t *narrowed = json_copy((json_t *)filters);
		json_array_append_new(narrowed, hubspot_filter("hs_object_id", "GT", last));
		json_t *page = search(crm, narrowed, "hs_object_id", "ASCENDING", SEARCH_LIMIT);
		const json_t *results = json_object_get(page, "results");
		const json_t *total = json_object_get(page, "total");
		json_int_t count = (json_int_t)json_array_size(results);
		if (!json_is_integer(total))
			crm_die(
			    crm, EX_UNAVAILABLE, "its search does not say how many it found");
		left = json_integer_value(total) - count;
		if (left > 0 && count == 0)
			crm_die(
			    crm, EX_TEMPFAIL, "its search found deals that it does not show");
		last = last_of(crm, results, last);
		take(context, results);
		json_decref(page);
	}
}

json_t *
hubspot_newest(struct crm *crm, const char *property)
{
	json_t *page = search(crm, json_array(), property, "DESCENDING", 1);
	const json_t *first = json_array_get(json_object_get(page, "results"), 0);
	json_t *value =
	    json_incref(json_object_get(json_object_get(first, "properties"), property));

	json_decref(page);
	return value;
}
