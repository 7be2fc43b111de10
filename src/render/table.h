/*
 * table - alerts as aligned columns for a terminal; free() it.  No cell is wider than
 * CELL_MAX columns, wide characters counting as two.
 */
#ifndef TABLE_H
#define TABLE_H

#include <jansson.h>

enum { CELL_MAX = 48 };

char *table(const json_t *view);

#endif
