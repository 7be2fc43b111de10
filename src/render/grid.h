/*
 * grid - rows of JSON as lines of text in columns, wide characters counted as two.
 *
 * A column that no row has is not shown; one that some lack has "-" there.  No cell is wider
 * than CELL_MAX columns.  What is in a cell is escaped as a value in a plain text is.
 */
#ifndef GRID_H
#define GRID_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

enum { CELL_MAX = 48 };

struct column {
	const char *heading, *field;
	bool right, always; /* always: shown even if no row has it */
};

/* A list of lines, headings first; of no rows none. */
json_t *grid_lines(const struct column *, size_t columns, const json_t *rows);

#endif
