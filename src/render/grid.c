#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diag.h"
#include "grid.h"
#include "mem.h"
#include "template_escape.h"

struct cell {
	char *text;
	size_t width;
};

struct sheet {
	const struct column *columns;
	size_t count, rows; /* rows: the headings too */
	struct cell *cells;
	size_t *widths;
	bool *shown;
};

/* Columns a character takes (Unicode's East Asian wide and full, emoji; marks take none). */
static size_t
width_of(uint32_t code)
{
	static const struct {
		uint32_t from, to;
		size_t width;
	} ranges[] = { { 0x300, 0x36f, 0 }, { 0x1100, 0x115f, 2 }, { 0x200b, 0x200d, 0 },
		{ 0x20d0, 0x20ff, 0 }, { 0x2e80, 0x303e, 2 }, { 0x3041, 0x33ff, 2 },
		{ 0x3400, 0x4dbf, 2 }, { 0x4e00, 0xa4cf, 2 }, { 0xac00, 0xd7a3, 2 },
		{ 0xf900, 0xfaff, 2 }, { 0xfe00, 0xfe0f, 0 }, { 0xfe30, 0xfe6f, 2 },
		{ 0xfeff, 0xfeff, 0 }, { 0xff00, 0xff60, 2 }, { 0xffe0, 0xffe6, 2 },
		{ 0x1f300, 0x1f64f, 2 }, { 0x1f680, 0x1f6ff, 2 }, { 0x1f900, 0x1f9ff, 2 },
		{ 0x20000, 0x3fffd, 2 } };

	for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
		if (code >= ranges[i].from && code <= ranges[i].to)
			return ranges[i].width;
	return 1;
}

static struct cell
cell(const char *value)
{
	struct cell made = { template_escape(TEMPLATE_PLAIN, span(value)), 0 };
	size_t left = strlen(made.text), len;

	for (char *p = made.text; left > 0; p += len, left -= len) {
		size_t width = width_of(escape_code(p, left, &len));
		if (made.width + width >= CELL_MAX && left > len) {
			char *cut = mem_printf("%.*s…", (int)(p - made.text), made.text);
			free(made.text);
			made.text = cut;
			made.width++;
			break;
		}
		made.width += width;
	}
	return made;
}

static const char *
value_of(const json_t *row, const struct column *column)
{
	return row == NULL ? column->heading
			   : json_string_value(json_object_get(row, column->field));
}

static void
fill_row(struct sheet *sheet, size_t at, const json_t *row)
{
	for (size_t i = 0; i < sheet->count; i++) {
		const char *value = value_of(row, &sheet->columns[i]);
		struct cell made = cell(value != NULL ? value : "-");
		sheet->cells[at * sheet->count + i] = made;
		sheet->shown[i] = sheet->shown[i] || (row != NULL && value != NULL);
		if (made.width > sheet->widths[i])
			sheet->widths[i] = made.width;
	}
}

static bool
is_last(const struct sheet *sheet, size_t column)
{
	while (++column < sheet->count)
		if (sheet->shown[column])
			return false;
	return true;
}

/* The last column is not filled up. */
static json_t *
line_of(const struct sheet *sheet, size_t row)
{
	char *text;
	size_t len;
	FILE *out = mem_stream(&text, &len);

	for (size_t i = 0; i < sheet->count; i++) {
		const struct cell *at = &sheet->cells[row * sheet->count + i];
		int pad = (int)(sheet->widths[i] - at->width);
		bool right = sheet->columns[i].right, last = is_last(sheet, i);
		if (sheet->shown[i])
			fprintf(out, "%*s%s%*s%s", right ? pad : 0, "", at->text,
			    right || last ? 0 : pad, "", last ? "" : "  ");
	}
	mem_stream_end(out, &text);
	json_t *line = json_string(text);
	free(text);
	return line;
}

static void
release(struct sheet *sheet)
{
	for (size_t i = 0; i < sheet->rows * sheet->count; i++)
		free(sheet->cells[i].text);
	free(sheet->cells);
	free(sheet->widths);
	free(sheet->shown);
}

json_t *
grid_lines(const struct column *columns, size_t count, const json_t *rows)
{
	json_t *lines = json_array();
	size_t made = json_array_size(rows) + 1;
	struct sheet sheet = { columns, count, made, mem_new(made * count, sizeof(struct cell)),
		mem_new(count, sizeof(size_t)), mem_new(count, sizeof(bool)) };

	for (size_t i = 0; i < count; i++)
		sheet.shown[i] = columns[i].always;
	for (size_t row = 0; row < made; row++)
		fill_row(&sheet, row, row == 0 ? NULL : json_array_get(rows, row - 1));
	for (size_t row = 0; row < made && made > 1; row++)
		if (json_array_append_new(lines, line_of(&sheet, row)) != 0)
			die(EX_OSERR, "grid: out of memory");
	release(&sheet);
	return lines;
}
