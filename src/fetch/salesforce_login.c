#include <stdlib.h>
#include <strings.h>

#include "diag.h"
#include "http_place.h"
#include "mem.h"
#include "salesforce_org.h"
#include "when.h"

enum { MINUTES = 3 * 60 }; /* that a JWT holds; Salesforce takes no more */

static const char jwt_bearer[] = "urn:ietf:params:oauth:grant-type:jwt-bearer";

static void
add(FILE *form, const char *name, const char *value)
{
	char *escaped = http_place_escape(value);

	fprintf(form, "&%s=%s", name, escaped);
	crm_forget(escaped);
}

static char *
assertion_of(const struct org *org)
{
	json_t *claims = json_pack("{s:s, s:s, s:s, s:I}", "iss", org->client_id, "sub",
	    org->user, "aud", org->audience, "exp", (json_int_t)(when_now() + MINUTES));
	const char *why;
	char *token = jwt_new(claims, org->secret, &why);

	if (token == NULL)
		source_die(org->crm.source, "key", "the secret that it names %s", why);
	json_decref(claims);
	return token;
}

static char *
form_of(const struct org *org)
{
	char *text, *assertion;
	size_t len;
	FILE *form = mem_stream(&text, &len);

	switch (org->auth) {
	case ORG_JWT:
		fputs("grant_type=", form);
		for (const char *p = jwt_bearer; *p != '\0'; p++)
			*p == ':' ? fputs("%3A", form) : fputc(*p, form);
		assertion = assertion_of(org);
		add(form, "assertion", assertion);
		crm_forget(assertion);
		break;
	case ORG_CLIENT_CREDENTIALS:
		fputs("grant_type=client_credentials", form);
		add(form, "client_id", org->client_id);
		add(form, "client_secret", org->secret);
		break;
	case ORG_REFRESH_TOKEN:
		fputs("grant_type=refresh_token", form);
		add(form, "client_id", org->client_id);
		add(form, "refresh_token", org->refresh);
		if (org->secret != NULL)
			add(form, "client_secret", org->secret);
	}
	mem_stream_end(form, &text);
	return text;
}

/* ---- what it says no with */

static const struct {
	const char *error, *part, *advice; /* part of its description; NULL: any */
} refusals[] = {
	{ "invalid_grant", "hasn't approved",
	    "let the user into the connected app by a profile or a permission set" },
	{ "invalid_app_access", NULL,
	    "let the user into the connected app by a profile or a permission set" },
	{ "invalid_grant", "audience",
	    "\"login\" or \"audience\" must be https://login.salesforce.com, of a sandbox "
	    "https://test.salesforce.com" },
	{ "invalid_grant", "invalid assertion",
	    "the key must be that of the certificate in the connected app, and \"user\" a "
	    "user of this org" },
	{ "invalid_grant", "expired",
	    "the refresh token is no longer good: authorize the app anew" },
	{ "invalid_grant", "client credentials user",
	    "name the user whom the client credentials flow runs as in the connected app" },
	{ "invalid_grant", NULL,
	    "look at \"login\", \"user\" and the key, and whether the connected app lets "
	    "the user in" },
	{ "invalid_client_id", NULL, "no connected app there has this \"client_id\"" },
	{ "invalid_client", NULL, "the \"client_id\" or its secret is wrong" },
	{ "unsupported_grant_type", NULL, "switch this flow on in the connected app" },
	{ "inactive_user", NULL, "the user is not active" },
	{ "inactive_org", NULL, "the org is not active" },
};

static const char *
advice_for(const char *error, const char *description)
{
	for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++)
		if (strcmp(refusals[i].error, error) == 0
		    && (refusals[i].part == NULL
			|| strstr(description, refusals[i].part) != NULL))
			return refusals[i].advice;
	return "the login was refused";
}

static const char *
text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text != NULL ? text : "";
}

/* Whatever a server makes of what we sent, its own words are not told: we sent it secrets. */
enum crm_next
org_login_refused(struct org *org, const json_t *said)
{
	const char *error = text_of(said, "error");
	const char *known = strspn(error, "abcdefghijklmnopqrstuvwxyz_") == strlen(error)
		&& strlen(error) < 40 && *error != '\0'
	    ? error
	    : "refused";
	int code = org->crm.answer.code;

	if (code >= 500 || code == 429 || code == 408)
		return CRM_AS_USUAL;
	crm_die(&org->crm, EX_NOPERM, "login: HTTP %d %s: %s", code, known,
	    advice_for(error, text_of(said, "error_description")));
}

/* ---- where it sends us */

/* The last two names of a host: salesforce.com. */
static struct span
site_of(const char *url)
{
	const char *host = strstr(url, "://");
	size_t dots = 0;

	host = host != NULL ? host + 3 : url;
	size_t len = strcspn(host, "/:?#");
	const char *p = host + len;
	while (p > host && (dots += p[-1] == '.') < 2)
		p--;
	return (struct span){ p, (size_t)(host + len - p) };
}

/* The token is for that address: it must be of those who gave it. */
static void
check_instance(const struct org *org, const char *instance)
{
	struct span one = site_of(org->login), other = site_of(instance);
	size_t scheme = strcspn(org->login, ":") + 3;
	bool same = one.len == other.len && strncasecmp(one.at, other.at, one.len) == 0
	    && strncasecmp(org->login, instance, scheme) == 0 && strchr(instance, '@') == NULL;

	if (!same)
		crm_die(&org->crm, EX_NOPERM,
		    "login: it sends us to an instance that is not of %.*s", (int)one.len,
		    one.at);
}

static void
take_token(struct org *org, const json_t *said)
{
	const char *token = text_of(said, "access_token");
	const char *instance = text_of(said, "instance_url");

	if (*token == '\0' || *instance == '\0')
		crm_die(&org->crm, EX_UNAVAILABLE,
		    "login: its answer has no access_token and instance_url");
	check_instance(org, instance);
	crm_forget(org->crm.token);
	free(org->crm.base);
	org->crm.token = mem_copy(token, strlen(token));
	org->crm.base = mem_copy(instance, strlen(instance));
}

void
org_log_in(struct org *org)
{
	char *form = form_of(org);
	struct crm_question question = { .place = "/services/oauth2/token",
		.body = span(form), .type = "application/x-www-form-urlencoded",
		    .is_open = true };

	free(org->crm.base);
	org->crm.base = mem_copy(org->login, strlen(org->login));
	org->is_logging_in = true;
	json_t *said = crm_ask(&org->crm, &question);
	org->is_logging_in = false;
	take_token(org, said);
	json_decref(said);
	crm_forget(form);
}
