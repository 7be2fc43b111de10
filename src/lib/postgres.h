/*
 * postgres - a connection to a PostgreSQL server, and what its errors mean to us.
 *
 * `what` names in messages the thing that the URL is of ("the store").  A password in the URL is
 * misuse (64): it is a secret of that name (conf.h), or libpq's own ways have it.  What fails
 * ends the program, with the status that says who must act (man saleswatch-store, POSTGRESQL).
 */
#ifndef POSTGRES_H
#define POSTGRES_H

#include <libpq-fe.h>

PGconn *postgres_connect(const char *url, const char *what, const char *secret);

/* As the result has it, or where there is none the connection.  `name` is said first. */
_Noreturn void postgres_fail(const PGconn *, const char *name, const PGresult *);

#endif
