#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "table.h"
#include "template_escape.h"

static const struct column {
	const char *heading, *field;
	bool right;
} columns[] = {
	{ "PRIORITY", "priority", false }, { "TYPE", "type", false },
	{ "SEGMENT", "segment_name", false }, { "VALUE", "value_percent", true },
	{ "BASELINE", "baseline_percent", true }, { "PIPELINE", "pipeline_amount", true },
	{ "OPENED", "opened", false },
	{ "HELD BACK", "suppressed", false }, /* only if one is */
};
enum { COLUMNS = sizeof columns / sizeof *columns, HELD = COLUMNS - 1 };

struct cell {
	char *text;
	size_t width;
};

struct grid {
	struct cell *cells; /* COLUMNS a row, the first row being the headings */
	size_t rows, shown; /* columns */
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

static void
fill_row(struct grid *grid, const json_t *alert)
{
	grid->cells = mem_grow(grid->cells, (grid->rows + 1) * COLUMNS, sizeof *grid->cells);
	for (size_t i = 0; i < COLUMNS; i++) {
		const char *value = alert == NULL
		    ? columns[i].heading
		    : json_string_value(json_object_get(alert, columns[i].field));
		grid->cells[grid->rows * COLUMNS + i] = cell(value != NULL ? value : "-");
	}
	grid->rows++;
}

static size_t
column_width(const struct grid *grid, size_t column)
{
	size_t widest = 0;

	for (size_t row = 0; row < grid->rows; row++) {
		size_t width = grid->cells[row * COLUMNS + column].width;
		widest = width > widest ? width : widest;
	}
	return widest;
}

static void
put_row(FILE *out, const struct cell *cells, const size_t *widths, size_t shown)
{
	for (size_t i = 0; i < shown; i++) {
		int pad = (int)(widths[i] - cells[i].width);
		bool last = i + 1 == shown;
		fprintf(out, "%*s%s%*s%s", columns[i].right ? pad : 0, "", cells[i].text,
		    columns[i].right || last ? 0 : pad, "", last ? "\n" : "  ");
	}
}

static char *
draw(const struct grid *grid)
{
	size_t widths[COLUMNS], len;
	char *text;
	FILE *out = mem_stream(&text, &len);

	for (size_t i = 0; i < COLUMNS; i++)
		widths[i] = column_width(grid, i);
	for (size_t row = 0; row < grid->rows; row++)
		put_row(out, grid->cells + row * COLUMNS, widths, grid->shown);
	mem_stream_end(out, &text);
	return text;
}

static void
fill_rows(struct grid *grid, const json_t *alerts)
{
	const json_t *alert;
	size_t i;

	json_array_foreach (alerts, i, alert)
		fill_row(grid, alert);
}

char *
table(const json_t *view)
{
	const json_t *alerts = json_object_get(view, "alerts"),
		     *held = json_object_get(view, "held");
	struct grid grid = { .shown = json_array_size(held) > 0 ? COLUMNS : HELD };

	if (json_array_size(alerts) + json_array_size(held) == 0)
		return mem_copy("", 0);
	fill_row(&grid, NULL);
	fill_rows(&grid, alerts);
	fill_rows(&grid, held);
	char *text = draw(&grid);
	for (size_t i = 0; i < grid.rows * COLUMNS; i++)
		free(grid.cells[i].text);
	free(grid.cells);
	return text;
}
