#include <poll.h>
#include <stdio.h>
#include <stdlib.h>

#include "conf.h"
#include "diag.h"
#include "mem.h"
#include "postgres.h"
#include "span.h"
#include "when.h"

enum { ANSWER_MS = 10000 };

/* What an SQLSTATE that begins so means; words in place of the server's, which are another
 * engine's or in the language of the server. */
static const struct {
	const char *state;
	int status;
	const char *words;
} meanings[] = {
	{ "08", EX_TEMPFAIL, NULL }, /* connection */
	{ "21", EX_DATAERR, NULL }, /* a key twice */
	{ "22", EX_DATAERR, NULL }, /* a value that is none */
	{ "23503", EX_DATAERR, "FOREIGN KEY constraint failed" },
	{ "23505", EX_DATAERR, "UNIQUE constraint failed" },
	{ "23", EX_DATAERR, NULL },
	{ "25006", EX_NOPERM, NULL }, /* a server that is only read */
	{ "28", EX_NOPERM, NULL }, /* who are you */
	{ "3D000", EX_NOINPUT, NULL }, /* no such database */
	{ "40", EX_TEMPFAIL, NULL }, /* another came between */
	{ "42501", EX_NOPERM, NULL },
	{ "53100", EX_IOERR, NULL }, /* disk full */
	{ "53200", EX_OSERR, NULL }, /* memory */
	{ "53", EX_TEMPFAIL, NULL },
	{ "54", EX_DATAERR, NULL }, /* a key too long */
	{ "55P03", EX_TEMPFAIL, "database is locked" },
	{ "57", EX_TEMPFAIL, NULL }, /* it starts, or stops */
	{ "58", EX_IOERR, NULL },
	{ "XX001", EX_DATAERR, NULL }, /* damaged */
	{ "XX002", EX_DATAERR, NULL },
	{ "", EX_SOFTWARE, NULL },
};

static _Noreturn void
refuse(const char *name, const char *state, struct span words)
{
	size_t i = 0;

	while (strncmp(state, meanings[i].state, strlen(meanings[i].state)) != 0)
		i++;
	if (meanings[i].words != NULL)
		words = span(meanings[i].words);
	die(meanings[i].status, "%s: %.*s", name, (int)words.len, words.at);
}

static struct span
first_line(const char *text)
{
	return (struct span){ text, strcspn(text, "\n") };
}

void
postgres_fail(const PGconn *db, const char *name, const PGresult *result)
{
	const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
	const char *words = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);

	if (state == NULL || words == NULL)
		die(PQstatus(db) == CONNECTION_BAD ? EX_TEMPFAIL : EX_SOFTWARE, "%s: %.*s",
		    name, (int)first_line(PQerrorMessage(db)).len, PQerrorMessage(db));
	refuse(name, state, span(words));
}

/* A refused connection has no result to ask; the message says it when it says all. */
static _Noreturn void
fail_to_connect(PGconn *db, const char *name, const char *secret)
{
	static const char mark[] = "FATAL:  ";
	const char *message = PQerrorMessage(db), *fatal = strstr(message, mark);
	const char *state = fatal != NULL ? fatal + sizeof mark - 1 : "08000";

	if (fatal != NULL && strcspn(state, ":") == 5)
		refuse(name, state, first_line(state + strspn(state + 5, ": ") + 5));
	if (PQconnectionNeedsPassword(db))
		die(EX_NOPERM, "%s: it wants a password: $PGPASSFILE or $%s_FILE names it",
		    name, secret);
	refuse(name, "08000", first_line(message));
}

/* A command line can be read by everybody on the machine, and messages go anywhere. */
static void
check_url(const char *url, const char *what, const char *secret)
{
	char *why;
	PQconninfoOption *options = PQconninfoParse(url, &why);

	if (options == NULL)
		die(EX_USAGE, "%s is no URL like postgresql://USER@HOST/DATABASE", what);
	for (const PQconninfoOption *option = options; option->keyword != NULL; option++)
		if (option->val != NULL && strstr(option->keyword, "password") != NULL)
			die(EX_USAGE,
			    "there is a password in the URL of %s: put it into a file that "
			    "$PGPASSFILE or $%s_FILE names",
			    what, secret);
	PQconninfoFree(options);
}

/* What stands before the URL is meant for it to change, what stands after it is not. */
static PGconn *
start(const char *url, const char *password)
{
	const char *const names[] = { "fallback_application_name", "keepalives_idle",
		"keepalives_interval", "keepalives_count", "tcp_user_timeout", "dbname",
		"client_encoding", password != NULL ? "password" : NULL, NULL };
	const char *const values[] = { "saleswatch", "30", "10", "3", "60000", url, "UTF8",
		password, NULL };

	return PQconnectStartParams(names, values, 1);
}

PGconn *
postgres_connect(const char *url, const char *what, const char *secret)
{
	check_url(url, what, secret);
	char *password = conf_secret(secret);
	PGconn *db = start(url, password);
	PostgresPollingStatusType state = PGRES_POLLING_WRITING;

	if (db == NULL)
		die(EX_OSERR, "%s: out of memory", url);
	PQsetErrorVerbosity(db, PQERRORS_VERBOSE);
	while (PQstatus(db) != CONNECTION_BAD && state != PGRES_POLLING_OK
	    && state != PGRES_POLLING_FAILED) {
		struct pollfd wait = { PQsocket(db),
			state == PGRES_POLLING_READING ? POLLIN : POLLOUT, 0 };
		if (poll(&wait, 1, ANSWER_MS) == 0)
			die(EX_TEMPFAIL, "%s: no answer in %d s", url, ANSWER_MS / 1000);
		state = PQconnectPoll(db);
	}
	if (PQstatus(db) != CONNECTION_OK)
		fail_to_connect(db, url, secret);
	free(password);
	return db;
}
