#include <stdio.h>
#include <stdlib.h>

#include "diag.h"
#include "mem.h"
#include "salesforce_org.h"

enum { LEAST_VERSION = 50 }; /* of those that Salesforce still answers and Bulk 2.0 is in */

#define STOP_AT 0.8

static const char version[] = "60.0", login[] = "https://login.salesforce.com";

/* ---- what it says of itself */

/* "api-usage=18/5000" */
static void
heard(struct crm *crm, const struct http_answer *answer)
{
	struct org *org = crm->own;
	struct span info = http_header(answer, "Sforce-Limit-Info");
	char *text = mem_copy(info.at != NULL ? info.at : "", info.len);
	const char *usage = strstr(text, "api-usage=");
	long used, allowed;

	while (usage > text && usage[-1] == '-') /* per-app-api-usage */
		usage = strstr(usage + 1, "api-usage=");
	if (usage != NULL && sscanf(usage, "api-usage=%ld/%ld", &used, &allowed) == 2) {
		org->used = used;
		org->allowed = allowed;
	}
	free(text);
}

static void
check_limit(const struct org *org)
{
	if (org->allowed > 0 && (double)org->used >= org->stop_at * (double)org->allowed)
		crm_die(&org->crm, EX_TEMPFAIL,
		    "%ld of the %ld API calls that the org has in 24 hours are used: "
		    "\"stop_at\" of its section leaves the rest to others",
		    org->used, org->allowed);
}

/* ---- what it says no with */

static const char *
told(const json_t *said, const char *key)
{
	const json_t *first = json_is_array(said) ? json_array_get(said, 0) : said;
	const char *text = json_string_value(json_object_get(first, key));

	return text != NULL ? text : "";
}

const char *
org_error(const json_t *said)
{
	return told(said, "errorCode");
}

static const struct {
	const char *error;
	int status;
	const char *words;
} refusals[] = {
	{ "REQUEST_LIMIT_EXCEEDED", EX_TEMPFAIL,
	    "the org has no API call left for the next hours" },
	{ "API_DISABLED_FOR_ORG", EX_NOPERM,
	    "the org has no API: its edition, or \"API Enabled\"" },
	{ "API_CURRENTLY_DISABLED", EX_NOPERM,
	    "the user may not use the API: give it \"API Enabled\"" },
	{ "INSUFFICIENT_ACCESS", EX_NOPERM, "the user may not read this" },
	{ "INVALID_TYPE", EX_NOPERM, "the user may not read Opportunity" },
	{ "QUERY_TIMEOUT", EX_TEMPFAIL, "the query took it too long" },
	{ "SERVER_UNAVAILABLE", EX_TEMPFAIL, "it is not available" },
	{ "EXCEEDED_QUOTA", EX_TEMPFAIL, "no bulk job is left for the next hours" },
	{ "INVALID_SESSION_ID", EX_NOPERM,
	    "it does not take the session that it has just begun: allow the API and our "
	    "address for this user" },
};

static _Noreturn void
die_refused(const struct org *org, const json_t *said)
{
	const char *error = org_error(said);

	for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++)
		if (strcmp(refusals[i].error, error) == 0)
			crm_die(
			    &org->crm, refusals[i].status, "%s: %s", error, refusals[i].words);
	crm_die(&org->crm, org->crm.answer.status, "%s", org->crm.answer.reason);
}

static enum crm_next
refused(struct crm *crm, const struct http_answer *answer, const json_t *said)
{
	struct org *org = crm->own;
	const char *error = org_error(said);

	if (org->is_logging_in)
		return org_login_refused(org, said);
	if (strcmp(error, "INVALID_FIELD") == 0)
		org_blame_field(org, told(said, "message"));
	if (strcmp(error, "INVALID_QUERY_LOCATOR") == 0 && org->is_page)
		return CRM_NOTHING;
	if (strcmp(error, "INVALID_TYPE") == 0 && org->is_optional)
		return CRM_NOTHING;
	if (strcmp(error, "INVALID_SESSION_ID") == 0 && !org->is_renewed) {
		org_log_in(org);
		org->is_renewed = true;
		return org->is_page ? CRM_NOTHING : CRM_AGAIN;
	}
	if (*error != '\0' && answer->code < 500 && answer->code != 429)
		die_refused(org, said);
	return CRM_AS_USUAL;
}

/* ---- questions */

static void
prepare(struct org *org, bool is_page)
{
	check_limit(org);
	org->is_page = is_page;
	org->is_renewed = false;
}

static char *
place_of(const struct org *org, const char *what)
{
	return mem_printf("/services/data/v%s%s", org->version, what);
}

json_t *
org_page(struct org *org, const char *place)
{
	prepare(org, true);
	return crm_get(&org->crm, place);
}

json_t *
org_get(struct org *org, const char *what)
{
	char *place = place_of(org, what);

	prepare(org, false);
	json_t *said = crm_get(&org->crm, place);
	free(place);
	return said;
}

json_t *
org_post(struct org *org, const char *what, const json_t *body)
{
	char *place = place_of(org, what);

	prepare(org, false);
	json_t *said = crm_post(&org->crm, place, body);
	free(place);
	return said;
}

bool
org_text(struct org *org, const char *what)
{
	char *place = place_of(org, what);

	prepare(org, false);
	bool is_there = crm_asked(&org->crm, &(struct crm_question){ .place = place });
	free(place);
	return is_there;
}

/* ---- who asks */

static enum org_auth
auth_of(const struct source *source)
{
	static const char *const names[] = { "jwt", "client_credentials", "refresh_token" };
	const char *wanted = source_needs(source, "auth");

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strcmp(names[i], wanted) == 0)
			return (enum org_auth)i;
	source_die(source, "auth", "must be one of jwt, client_credentials, refresh_token");
}

static void
read_secrets(struct org *org, const struct source *source)
{
	const char *secret = source_text(source, "client_secret", NULL);

	switch (org->auth) {
	case ORG_JWT:
		org->user = source_needs(source, "user");
		org->secret = source_secret_whole(source, "key");
		break;
	case ORG_CLIENT_CREDENTIALS:
		org->secret = source_secret(source, "client_secret");
		break;
	case ORG_REFRESH_TOKEN:
		org->refresh = source_secret(source, "refresh_token");
		org->secret = secret != NULL ? source_secret(source, "client_secret") : NULL;
	}
}

static const char *
version_of(const struct source *source)
{
	const char *text = source_text(source, "version", version);
	size_t digits = strspn(text, "0123456789");

	if (digits != 2 || strcmp(text + digits, ".0") != 0 || atoi(text) < LEAST_VERSION)
		source_die(source, "version", "must be an API version, as \"%s\", from %d.0 on",
		    version, LEAST_VERSION);
	return text;
}

struct org *
org_open(const struct source *source)
{
	struct org *org = mem_new(1, sizeof *org);

	org->crm = crm_new(source);
	org->crm.own = org;
	org->crm.heard = heard;
	org->crm.refused = refused;
	org->map = source->map;
	org->version = version_of(source);
	org->login = source_text(source, "login", login);
	org->audience = source_text(source, "audience", org->login);
	org->client_id = source_needs(source, "client_id");
	org->stop_at = source_number(source, "stop_at", 0.01, 1, STOP_AT);
	org->auth = auth_of(source);
	if (strncmp(org->login, "http", 4) != 0 || strstr(org->login, "://") == NULL)
		source_die(source, "login", "must be an address, as %s", login);
	read_secrets(org, source);
	org_log_in(org);
	return org;
}

void
org_close(struct org *org)
{
	crm_release(&org->crm);
	crm_forget(org->secret);
	crm_forget(org->refresh);
	free(org);
}
