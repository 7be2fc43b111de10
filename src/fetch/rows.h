/*
 * rows - the rows of a CSV file, each with its place and the bytes it came in.
 *
 * Rows without quotes, which are nearly all, are cut at their separators here; libcsv reads
 * the others, a line at a time, and is the judge of quotes.  Blanks are part of a cell.
 * Empty lines are passed over, and so is a byte order mark before the first line.
 *
 * A row that cannot be read is handed out with its code and reason.  After a quote that was
 * not closed, or closed amiss, reading goes on at the line after the one where it opened.
 * A row lives until the next rows_next().
 */
#ifndef ROWS_H
#define ROWS_H

#include <csv.h>
#include "input.h"
#include "span.h"

enum { CELL_MAX = 64 << 10 }; /* and a row is REC_MAX bytes at most */

struct row {
	size_t line; /* its first, from 1 */
	size_t offset; /* of its first byte in the file */
	struct span bytes; /* without the end of its last line */
	const char *code, *reason; /* why it cannot be read; NULL when it can */
	size_t wrong_at; /* the byte, from 1, or 0 */
	bool
	    plain; /* no cell has quotes, backslashes, control or other than ASCII characters */
	size_t count;
	const struct span *cells;
};

struct rows {
	struct input *in;
	char separator;
	bool skipping; /* the rest of a line that was too long */
	size_t line, offset; /* of in->at */
	struct csv_parser csv;
	bool complete; /* libcsv saw the end of the row */
	struct span *cells;
	size_t count, room;
	char *texts; /* what libcsv made of cells */
	size_t used;
	struct row row;
};

void rows_begin(struct rows *, struct input *, char separator); /* '\0': as the header has it */
const struct row *rows_next(struct rows *); /* NULL at the end */
void rows_end(struct rows *);

/*
 * For a row of another width: if it has lines that are rows of the right width, then a quote
 * was left open above them.  Only its first line is kept, and reading goes on at the next.
 */
void rows_suspect(struct rows *, size_t width);

#endif
