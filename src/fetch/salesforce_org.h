/*
 * salesforce_org - an org of Salesforce that we are logged in to by OAuth, and what it says no to.
 *
 * org_open() gets a token as "auth" says (JWT bearer, client credentials, refresh token) at the
 * "login" address, and from then on asks the instance that it was given there.  A session that
 * ends is begun anew and the question asked again; but the pages of a query end with the session
 * that asked for it, so that a page which is gone is NULL.
 *
 * Before a question would go past "stop_at" of the calls that the org has a day, the program
 * ends (75); so it does when none is left, and for whatever else time will help.
 */
#ifndef SALESFORCE_ORG_H
#define SALESFORCE_ORG_H

#include "crm.h"

enum org_auth { ORG_JWT, ORG_CLIENT_CREDENTIALS, ORG_REFRESH_TOKEN };

struct org {
	struct crm crm;
	const struct map *map;
	const char *version; /* "60.0" */
	const char *login, *client_id, *user, *audience;
	enum org_auth auth;
	char *secret, *refresh; /* the key or the client's secret; the refresh token */
	double stop_at; /* a share */
	long used, allowed; /* calls of today; allowed 0: not yet known */
	bool is_logging_in, is_page, is_renewed; /* of the question that is asked */
	bool is_optional; /* an object that this org may lack: NULL */
};

struct org *org_open(const struct source *);
void org_close(struct org *);

/* Of "/services/data/vNN.N" what follows; its answer as JSON, a new reference, or NULL. */
json_t *org_get(struct org *, const char *what);
json_t *org_page(struct org *, const char *place); /* all of its place; NULL: it is gone */
json_t *org_post(struct org *, const char *what, const json_t *body);
bool org_text(struct org *, const char *what); /* the answer is in crm.answer */

/* Told by an answer: [{"errorCode", "message"}]; "" if it has none. */
const char *org_error(const json_t *said);

void org_log_in(struct org *); /* salesforce_login.c */
enum crm_next org_login_refused(struct org *, const json_t *said);
_Noreturn void org_blame_field(const struct org *, const char *message); /* salesforce_soql.c */

/* RS256: a token that says who asks, to free(). */
char *jwt_new(const json_t *claims, const char *key_pem, const char **why); /* NULL: why */

#endif
