/*
 * store_table - the tables of the store, one after another such that what is referred to
 * comes before what refers to it.
 */
#ifndef STORE_TABLE_H
#define STORE_TABLE_H

#include <stdbool.h>

enum { TABLE_COLUMNS = 8 };

struct table {
	const char *name;
	const char *columns[TABLE_COLUMNS]; /* doc is the last, if there is one */
	int keys; /* of these the first; 0: rows have a number, n */
};

const struct table *store_tables(void); /* the last one has no name */
int table_count(const struct table *); /* of its columns */
bool table_has_doc(const struct table *);
bool column_is_integer(const char *name);
char *table_list(const struct table *, int count); /* the first columns, as SQL; free() it */
char *table_order(const struct table *); /* what its rows are ordered by; free() it */

#endif
