/*
 * table - a file of rows with named fields: CSV if its name ends in .csv, else records, one
 * JSON object a line.
 *
 * Each row is handed to `take` with the fields asked for, in the order they were asked for;
 * one that is not there, null or empty is an empty span.  They live until `take` returns.
 * The first `required` fields must be in every row; if `only`, there may be no others than
 * those asked for.  What is wrong with the file ends the
 * program (65, 66, 74) and names file and line; table_die() says so for whoever reads a row.
 */
#ifndef TABLE_H
#define TABLE_H

#include "span.h"

struct row {
	const char *path;
	size_t line; /* of a CSV file the row, from 1: a quoted field may have line ends */
	const struct span *fields;
};

struct table {
	const char *const *fields;
	size_t count, required;
	bool only;
};

typedef void table_take(void *context, const struct row *);

void table_read(const char *path, const struct table *, table_take *take, void *context);

__attribute__((format(printf, 2, 3))) _Noreturn void table_die(
    const struct row *, const char *format, ...);

#endif
