/*
 * table - alerts as aligned columns for a terminal (grid.h); free() it.
 */
#ifndef TABLE_H
#define TABLE_H

#include <jansson.h>

char *table(const json_t *view);

#endif
