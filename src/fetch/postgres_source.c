#include <poll.h>
#include <stdlib.h>

#include "cells.h"
#include "dates.h"
#include "diag.h"
#include "mem.h"
#include "postgres.h"
#include "postgres_source.h"
#include "when.h"

enum { OVERLAP_MINUTES = 10, NONE = -1 };
enum { DAY_MINUTES = 24 * 60, DAY_SECONDS = 24 * 3600 };
enum { SECONDS = 900, GRACE = 2 }; /* for a query; and for the server to end it by itself */

struct asking {
	struct fetching *f;
	PGconn *db;
	double seconds; /* that a query may take */
	double end; /* when_ticks() until which we wait for it */
	int64_t began; /* by the server's clock, in milliseconds */
	int newest; /* the column's number, or NONE */
	bool any; /* a row had an instant there */
	int64_t greatest; /* of them, in milliseconds */
	struct deals *deals;
	struct cells cells;
	struct row row;
};

/* ---- a query, and the wait for what it gives */

static _Noreturn void
die_late(const struct asking *a)
{
	die(EX_TEMPFAIL,
	    "%s: its query is not done in %.0f s, which is what \"seconds\" of its section "
	    "allows",
	    a->f->source.name, a->seconds);
}

/*
 * A syntax, a table or a column that is none (class 42), or a $1 that is nothing (08P01), is for
 * who wrote the query to mend.
 */
static bool
is_of_query(const char *state)
{
	return state != NULL
	    && ((strncmp(state, "42", 2) == 0 && strcmp(state, "42501") != 0)
		|| strcmp(state, "08P01") == 0);
}

static _Noreturn void
fail(const struct asking *a, const PGresult *result)
{
	const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);

	if (is_of_query(state))
		source_die(&a->f->source, "query", "%s",
		    PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY));
	if (state != NULL && strcmp(state, "57014") == 0 && when_ticks() > a->end - GRACE)
		die_late(a);
	postgres_fail(a->db, a->f->source.name, result);
}

static void
sent(const struct asking *a, int good)
{
	if (!good)
		fail(a, NULL);
}

/* Before it is sent: the server's seconds begin no earlier. */
static void
begin_seconds(struct asking *a)
{
	a->end = when_ticks() + a->seconds + GRACE;
}

/* The next result, which is a good one, or NULL after the last. */
static PGresult *
next_result(const struct asking *a)
{
	while (PQisBusy(a->db)) {
		struct pollfd wait = { PQsocket(a->db), POLLIN, 0 };
		double left = a->end - when_ticks();
		if (left <= 0)
			die_late(a);
		poll(&wait, 1, (int)(left * 1000) + 1);
		if (!PQconsumeInput(a->db))
			fail(a, NULL);
	}
	PGresult *result = PQgetResult(a->db);
	ExecStatusType is = PQresultStatus(result);
	if (result != NULL && is != PGRES_SINGLE_TUPLE && is != PGRES_TUPLES_OK
	    && is != PGRES_COMMAND_OK)
		fail(a, result);
	return result;
}

/* What it says, in its first column and its last row; "" if it has none.  free() it. */
static char *
run(struct asking *a, const char *sql)
{
	char *text = mem_copy("", 0);
	PGresult *result;

	begin_seconds(a);
	for (sent(a, PQsendQuery(a->db, sql)); (result = next_result(a)) != NULL;
	     PQclear(result))
		if (PQntuples(result) > 0) {
			free(text);
			text = mem_printf("%s", PQgetvalue(result, 0, 0));
		}
	return text;
}

/* ---- from when on */

static void
prepare(struct asking *a)
{
	a->seconds = source_number(&a->f->source, "seconds", 1, DAY_SECONDS, SECONDS);
	char *setup = mem_printf("SET default_transaction_read_only = on; SET DateStyle = ISO;"
				 " SET TimeZone = 'UTC'; SET statement_timeout = %.0f",
	    a->seconds * 1000);
	free(run(a, setup));
	char *now = run(a, "SELECT now()");
	if (!dates_instant(span(now), &a->began))
		die(EX_UNAVAILABLE, "%s: the server does not tell the time", a->f->source.name);
	free(now);
	free(setup);
}

/* Of the last row that came before; false: there is none, or none that can be. */
static bool
was_newest(const struct asking *a, int64_t *milliseconds)
{
	const char *before = json_string_value(json_object_get(a->f->since, "newest"));

	return before != NULL
	    && dates_instant(span(before), milliseconds) && *milliseconds <= a->began;
}

/* What was the newest before, less the overlap, for commits that came late. */
static const char *
since(const struct asking *a, char text[WHEN_INSTANT_MAX])
{
	double overlap = source_number(
	    &a->f->source, "overlap_minutes", 0, 7 * DAY_MINUTES, OVERLAP_MINUTES);
	int64_t stamp;

	if (was_newest(a, &stamp))
		return when_instant_text(stamp / 1000 - (int64_t)(overlap * 60), text);
	if (a->f->since != NULL)
		warn("%s: what its bookmark has of \"newest\" is no time that was: all is read "
		     "again",
		    a->f->source.name);
	return "-infinity";
}

/* ---- rows */

/* Without the semicolon that people end one with; free() it. */
static char *
query_of(const struct source *source)
{
	const char *query = source_needs(source, "query");
	size_t len = strlen(query);

	while (len > 0 && strchr("; \t\r\n", query[len - 1]) != NULL)
		len--;
	return mem_copy(query, len);
}

static void
ask(struct asking *a)
{
	char *query = query_of(&a->f->source);
	const char *newest = source_text(&a->f->source, "newest", NULL);
	char text[WHEN_INSTANT_MAX];
	const char *values[] = { newest != NULL ? since(a, text) : NULL };
	char *limited =
	    a->f->check ? mem_printf("SELECT * FROM (%s) AS asked LIMIT 1", query) : NULL;

	if (newest != NULL && strstr(query, "$1") == NULL)
		source_die(&a->f->source, "query",
		    "must have $1 where \"%s\" is to be at least so new", newest);
	begin_seconds(a);
	sent(a,
	    PQsendQueryParams(a->db, limited != NULL ? limited : query, newest != NULL, NULL,
		values, NULL, NULL, 0)
		&& PQsetSingleRowMode(a->db));
	free(limited);
	free(query);
}

static void
begin(struct asking *a, const PGresult *result)
{
	const char *newest = source_text(&a->f->source, "newest", NULL);
	int count = PQnfields(result);

	a->newest = newest != NULL ? PQfnumber(result, newest) : NONE;
	if (newest != NULL && a->newest < 0)
		source_die(&a->f->source, "newest", "the query has no column \"%s\"", newest);
	a->cells = cells_new((size_t)count);
	for (int i = 0; i < count; i++)
		a->cells.at[i] = span(PQfname(result, i));
	a->row = (struct row){ .line = 1, .count = a->cells.count, .cells = a->cells.at };
	a->deals = deals_begin(&a->f->taking, &a->row, a->f->source.name);
	a->row.line = 0;
}

static void
take_cells(struct asking *a, const PGresult *result)
{
	size_t bytes = 0;

	for (int i = 0; i < (int)a->cells.count; i++)
		bytes += (size_t)PQgetlength(result, 0, i);
	cells_begin(&a->cells, bytes);
	for (int i = 0; i < (int)a->cells.count; i++)
		cells_put(&a->cells, (size_t)i,
		    (struct span){
			PQgetvalue(result, 0, i), (size_t)PQgetlength(result, 0, i) });
	a->row.bytes = (struct span){ a->cells.texts, a->cells.used - 1 };
}

static void
keep_newest(struct asking *a)
{
	int64_t stamp;

	if (a->newest == NONE || a->cells.at[a->newest].len == 0)
		return;
	if (!dates_instant(a->cells.at[a->newest], &stamp))
		source_die(&a->f->source, "newest", "is a column of instants: \"%.*s\" is none",
		    (int)a->cells.at[a->newest].len, a->cells.at[a->newest].at);
	if (!a->any || stamp > a->greatest)
		a->greatest = stamp;
	a->any = true;
}

static void
take_row(struct asking *a, const PGresult *result)
{
	if (a->deals == NULL)
		begin(a, result);
	if (PQntuples(result) == 0)
		return;
	a->row.line++;
	take_cells(a, result);
	keep_newest(a);
	if (!a->f->check)
		deals_row(a->deals, &a->row);
}

static void
take_all(struct asking *a)
{
	PGresult *result;

	for (; (result = next_result(a)) != NULL; PQclear(result))
		take_row(a, result);
}

/* A row of a time to come would hide all that change before it; it comes each time instead. */
static json_t *
remember(const struct asking *a)
{
	char text[DATES_INSTANT_MAX];
	int64_t newest = a->began, before;

	if (a->newest == NONE || (!a->any && a->f->since == NULL))
		return NULL;
	if (a->any && a->greatest < a->began)
		newest = a->greatest;
	else if (!a->any && was_newest(a, &before))
		newest = before;
	dates_instant_text(newest, text);
	return json_pack("{s:s}", "newest", text);
}

void
postgres_source(struct fetching *f)
{
	struct asking a = { .f = f, .newest = NONE };
	const char *url = source_needs(&f->source, "url");
	const char *secret = source_text(&f->source, "password", "PGPASSWORD");

	if (f->from != NULL || f->to != NULL)
		die(EX_USAGE, "%s: its query says what is read: no --from, no --to",
		    f->source.name);
	a.db = postgres_connect(url, f->source.name, secret);
	prepare(&a);
	ask(&a);
	take_all(&a);
	f->until = remember(&a);
	deals_end(a.deals);
	cells_release(&a.cells);
	PQfinish(a.db);
}
