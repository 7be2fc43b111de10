#include <stdlib.h>

#include "diag.h"
#include "mem.h"
#include "rec.h"
#include "rows.h"
#include "separator.h"
#include "text.h"

enum { CELLS = 64 };

static int
no_blank(unsigned char c)
{
	(void)c;
	return 0;
}

static void
make_room(struct rows *rows, size_t cells)
{
	if (rows->count + cells > rows->room) {
		rows->room *= 2;
		rows->cells = mem_grow(rows->cells, rows->room, sizeof *rows->cells);
	}
}

static inline void
add_cell(struct rows *rows, struct span cell)
{
	rows->cells[rows->count++] = cell;
}

static void
take_cell(void *text, size_t len, void *data)
{
	struct rows *rows = data;
	char *copy = rows->texts + rows->used;

	memcpy(copy, text, len);
	copy[len] = '\n'; /* for those who look how far a number goes */
	rows->used += len + 1;
	make_room(rows, 1);
	add_cell(rows, (struct span){ copy, len });
}

static void
take_row(int end, void *data)
{
	struct rows *rows = data;

	(void)end;
	rows->complete = true;
}

static void
begin_csv(struct rows *rows)
{
	if (csv_init(&rows->csv, CSV_STRICT | CSV_STRICT_FINI) != 0)
		die(EX_SOFTWARE, "libcsv");
	csv_set_space_func(&rows->csv, no_blank);
	csv_set_delim(&rows->csv, (unsigned char)rows->separator);
	csv_set_blk_size(&rows->csv, CELL_MAX);
}

static void
spoil(struct row *row, const char *code, const char *reason, size_t wrong_at)
{
	if (row->code != NULL)
		return;
	row->code = code;
	row->reason = reason;
	row->wrong_at = wrong_at;
}

/* What is wrong with the byte at p, if anything; how far it is to the next. */
static size_t
look_at(struct row *row, const char *p, const char *start)
{
	size_t len = 1;

	row->plain = false;
	if (*p == '\0') {
		spoil(row, "nul", "has a NUL byte", (size_t)(p - start) + 1);
	} else if ((unsigned char)*p >= 0x80) {
		len = utf8_length(p);
		if (len == 0)
			spoil(row, "encoding", "is not UTF-8", (size_t)(p - start) + 1);
	}
	return len > 0 ? len : 1;
}

/* The end of the line at p, cut at its separators; NULL if it has quotes. */
static const char *
cut(struct rows *rows, const char *p)
{
	const int8_t separator = (int8_t)rows->separator;
	const char *start = p, *cell = p;

	rows->row.plain = true;
	for (const char *next;; p = next) {
		block bytes = block_at(p);
		unsigned stops = block_bits(special_bytes(bytes) | (bytes == separator));
		next = p + BLOCK;
		make_room(rows, BLOCK);
		for (; stops != 0; stops &= stops - 1) {
			const char *stop = p + __builtin_ctz(stops);
			if (*stop == separator) {
				add_cell(rows, (struct span){ cell, (size_t)(stop - cell) });
				cell = stop + 1;
			} else if (*stop == '\n' || *stop == '\r') {
				add_cell(rows, (struct span){ cell, (size_t)(stop - cell) });
				return stop;
			} else if (*stop == '"') {
				rows->row.plain = false;
				return NULL;
			} else {
				next = stop + look_at(&rows->row, stop, start);
				break;
			}
		}
	}
}

/* The end of the line at p, and beyond the bytes that end it. */
static const char *
next_line(const struct rows *rows, const char *p)
{
	const char *end = rows->in->end;

	if (p < end && *p == '\r' && p + 1 < end && p[1] == '\n')
		return p + 2;
	return p < end ? p + 1 : end;
}

static const char *
line_end(const char *p)
{
	while (*p != '\n' && *p != '\r')
		p++;
	return p;
}

/* The row is what stands before `end`; the next one begins `lines` lines on, after it. */
static void
take(struct rows *rows, const char *end, const char *next, size_t lines)
{
	rows->in->rows++;
	rows->row.line = rows->line;
	rows->row.offset = rows->offset;
	rows->row.bytes = (struct span){ rows->in->at, (size_t)(end - rows->in->at) };
	rows->row.count = rows->count;
	rows->row.cells = rows->cells;
	rows->line += lines;
	rows->offset += (size_t)(next - rows->in->at);
	rows->in->at = (char *)next;
}

/* How far the row at in->at was read, in bytes and lines. */
struct extent {
	size_t bytes, lines;
};

static void
take_extent(struct rows *rows, struct extent extent)
{
	const char *start = rows->in->at, *next = start + extent.bytes, *end = next;

	if (end > start && end[-1] == '\n')
		end--;
	if (end > start && end[-1] == '\r')
		end--;
	take(rows, end, next, extent.lines);
}

static void
refuse_quote(struct rows *rows, struct extent extent, const char *reason)
{
	rows->count = 0;
	spoil(&rows->row, "quote", reason, 0);
	take_extent(rows, extent);
	csv_free(&rows->csv);
	begin_csv(rows);
}

/* The line that comes after `extent`; 0 if none does, or none that belongs to a row. */
static size_t
line_after(struct rows *rows, struct extent extent)
{
	struct input *in = rows->in;

	if (in->at + extent.bytes == in->whole && !input_more(in))
		return 0;
	const char *line = in->at + extent.bytes;
	size_t len = (size_t)(next_line(rows, line_end(line)) - line);
	return extent.bytes + len <= REC_MAX ? len : 0;
}

static bool
feed(struct rows *rows, struct extent *extent, size_t len)
{
	const char *line = rows->in->at + extent->bytes;

	extent->bytes += len;
	extent->lines++;
	bool fine = csv_parse(&rows->csv, line, len, take_cell, take_row, rows) == len;
	if (!fine && csv_error(&rows->csv) != CSV_EPARSE)
		die(EX_OSERR, "%s: %s", rows->in->name, csv_strerror(csv_error(&rows->csv)));
	return fine;
}

/*
 * The row at in->at as libcsv has it.  When it stops, the quote at fault is the one that
 * stood open at the end of an earlier line, unless that was closed properly in this line.
 */
static void
read_quoted(struct rows *rows)
{
	static const char amiss[] = "has a quote in the middle of a cell";
	static const char unclosed[] = "has a quote that is not closed";
	struct extent extent = { 0 }, opened = { 0 };

	for (rows->complete = false; !rows->complete;) {
		size_t cells = rows->count, len = line_after(rows, extent);
		if (len == 0)
			break;
		if (!feed(rows, &extent, len)) {
			bool here = opened.bytes == 0 || rows->count > cells;
			refuse_quote(rows, here ? extent : opened, here ? amiss : unclosed);
			return;
		}
		if (opened.bytes == 0 || rows->count > cells)
			opened = extent;
	}
	bool at_end = rows->in->ended && rows->in->at + extent.bytes == rows->in->end;
	if (!rows->complete
	    && (!at_end || csv_fini(&rows->csv, take_cell, take_row, rows) != 0))
		refuse_quote(rows, opened, unclosed);
	else
		take_extent(rows, extent);
}

static void
check_bytes(struct rows *rows)
{
	const char *p = rows->row.bytes.at, *start = p, *end = p + rows->row.bytes.len;

	while (p < end)
		p += look_at(&rows->row, p, start);
}

static void
check_lengths(struct rows *rows)
{
	struct row *row = &rows->row;

	if (row->bytes.len > REC_MAX) {
		row->code = NULL; /* it may have been too long to look for more */
		spoil(row, "long_row", "is longer than 1 MiB", 0);
	}
	for (size_t i = 0; i < row->count; i++)
		if (row->cells[i].len > CELL_MAX)
			spoil(row, "long_field", "has a cell longer than 64 KiB", 0);
}

/* A line longer than anything: its beginning is shown; its end may be the half of a CR LF. */
static void
begin_skipping(struct rows *rows)
{
	const struct input *in = rows->in;

	spoil(&rows->row, "long_row", "is longer than 1 MiB", 0);
	take(rows, in->end, in->end - 1, 0);
	rows->skipping = true;
}

static void
skip_to(struct rows *rows, const char *next)
{
	rows->offset += (size_t)(next - rows->in->at);
	rows->in->at = (char *)next;
}

static void
end_skipping(struct rows *rows)
{
	struct input *in = rows->in;

	do {
		skip_to(rows, in->end - 1);
		in->whole = in->at;
	} while (!input_more(in));
	skip_to(rows, next_line(rows, line_end(in->at)));
	rows->line++;
	rows->skipping = false;
}

static void
read_row(struct rows *rows)
{
	const char *start = rows->in->at, *end = cut(rows, start);

	if (end == NULL) {
		rows->row.code = NULL;
		rows->count = rows->used = 0;
		end = line_end(start);
		if (end - start <= REC_MAX) {
			read_quoted(rows);
			check_bytes(rows);
			end = NULL;
		}
	}
	if (end != NULL)
		take(rows, end, next_line(rows, end), 1);
	if (rows->row.bytes.len > CELL_MAX)
		check_lengths(rows);
}

const struct row *
rows_next(struct rows *rows)
{
	struct input *in = rows->in;

	if (rows->skipping)
		end_skipping(rows);
	for (;;) {
		rows->row = (struct row){ 0 };
		rows->count = rows->used = 0;
		if (in->at == in->whole && !input_more(in)) {
			if (in->ended)
				return NULL;
			begin_skipping(rows);
			return &rows->row;
		}
		if (*in->at != '\n' && *in->at != '\r') {
			read_row(rows);
			return &rows->row;
		}
		skip_to(rows, next_line(rows, in->at));
		rows->line++;
	}
}

void
rows_suspect(struct rows *rows, size_t width)
{
	struct row *row = &rows->row;
	const char *start = row->bytes.at, *end = start + row->bytes.len;
	const char *first_end = line_end(start), *line = next_line(rows, first_end);
	const char *second = line;

	while (line < end) {
		const char *stop = line_end(line) < end ? line_end(line) : end;
		struct span inner = { line, (size_t)(stop - line) };
		if (separator_count(inner, rows->separator) + 1 == width) {
			row->bytes.len = (size_t)(first_end - start);
			row->code = NULL;
			spoil(row, "quote", "has a quote that is not closed", 0);
			rows->in->at = (char *)second;
			rows->line = row->line + 1;
			rows->offset = row->offset + (size_t)(second - start);
			return;
		}
		line = next_line(rows, stop);
	}
}

void
rows_begin(struct rows *rows, struct input *in, char separator)
{
	*rows = (struct rows){ .in = in, .separator = separator, .line = 1, .room = CELLS };
	rows->cells = mem_new(rows->room, sizeof *rows->cells);
	rows->texts = mem_new(REC_MAX + TEXT_SLACK, 1);
	input_more(in);
	if (in->end - in->at >= 3 && memcmp(in->at, "\xEF\xBB\xBF", 3) == 0)
		skip_to(rows, in->at + 3);
	if (in->whole < in->at)
		in->whole = in->at;
	if (separator == '\0')
		rows->separator = separator_guess(input_first_line(in));
	begin_csv(rows);
}

void
rows_end(struct rows *rows)
{
	csv_free(&rows->csv);
	free(rows->cells);
	free(rows->texts);
}
