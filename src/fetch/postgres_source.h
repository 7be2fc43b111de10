/*
 * postgres_source - the rows of a query to a PostgreSQL server, as they come, one at a time.
 *
 * "url", "query" and "password", a secret's name.  With "newest", a column that only grows as rows
 * change, the query has $1 where rows of that column are to be at least so new; the bookmark has
 * the greatest that came, and the next fetch asks from "overlap_minutes" (10) before it.
 *
 * The server is only read.  A value is its text there; NULL is an empty cell.
 */
#ifndef POSTGRES_SOURCE_H
#define POSTGRES_SOURCE_H

#include "source.h"

void postgres_source(struct fetching *);

#endif
