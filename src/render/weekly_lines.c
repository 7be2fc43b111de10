#include <string.h>

#include "diag.h"
#include "field.h"
#include "grid.h"
#include "mem.h"
#include "view.h"
#include "weekly_lines.h"

enum { TREND_WEEKS = 8 };

/* clang-format off */
static const struct column weeks[] = {
	{ "Week", "days", false, true },
	{ "Won", "counts", true, true },
	{ "Rate", "percent", true, true },
	{ "95% interval", "range", true, true },
};
static const struct column segments[] = {
	{ "", "name", false, true },
	{ "Won", "counts", true, true },
	{ "Rate", "rate", true, true },
	{ "95% interval", "range", true, true },
	{ "vs. all", "gap", true, true },
	{ "Cycle", "cycle", true, false },
};
static const struct column parts[] = {
	{ "", "name", false, true },
	{ "Before", "before", true, true },
	{ "After", "after", true, true },
	{ "Mix", "mix", true, true },
	{ "Rate", "rate", true, true },
};
static const struct column refused[] = {
	{ "Rows", "count", true, true },
	{ "Reason", "reason", false, true },
	{ "Code", "code", false, true },
};
static const struct column unseen[] = {
	{ "Segment", "name", false, true },
	{ "Open", "pipeline", true, true },
	{ "Deals", "deals", true, true },
	{ "Smallest that shows", "shows", true, true },
};
/* clang-format on */

#define COUNT(columns) (sizeof(columns) / sizeof *(columns))

static void
append(json_t *list, json_t *value)
{
	if (json_array_append_new(list, value) != 0)
		die(EX_OSERR, "weekly: out of memory");
}

/* The newest weeks of the drawing; all of them are in the page. */
static void
put_weeks(json_t *view)
{
	const json_t *dots = json_object_get(json_object_get(view, "trend"), "dots");
	size_t count = json_array_size(dots),
	       from = count > TREND_WEEKS ? count - TREND_WEEKS : 0;
	json_t *rows = json_array();

	for (size_t i = from; i < count; i++)
		json_array_append(rows, json_array_get(dots, i));
	if (count > 0)
		view_part(view, "trend_lines", grid_lines(weeks, COUNT(weeks), rows));
	json_decref(rows);
}

/* "$2.4M (12)" */
static char *
cell_text(const json_t *cell)
{
	const char *deals = text_of(cell, "deals");

	return *deals != '\0' ? mem_printf("%s (%s)", text_of(cell, "amount"), deals) : NULL;
}

static json_t *
movement_lines(const json_t *movement)
{
	const json_t *periods = json_object_get(movement, "periods"), *row;
	struct column columns[3] = { { text_of(movement, "title"), "name", false, true } };
	static const char *const fields[2] = { "first", "second" };
	json_t *rows = json_array();
	size_t count = 1, i;

	for (i = 0; i < json_array_size(periods) && count < 3; i++, count++)
		columns[count] = (struct column){ text_of(json_array_get(periods, i), "days"),
			fields[i], true, true };
	json_array_foreach (json_object_get(movement, "rows"), i, row) {
		const json_t *cells = json_object_get(row, "cells");
		json_t *made = json_object();
		json_object_set(made, "name", json_object_get(row, "name"));
		for (size_t c = 0; c + 1 < count; c++)
			view_text(made, fields[c], cell_text(json_array_get(cells, c)));
		append(rows, made);
	}
	json_t *lines = grid_lines(columns, count, rows);
	json_decref(rows);
	return lines;
}

static void
put_movements(json_t *view)
{
	const json_t *movement;
	json_t *all = json_array();
	size_t i;

	json_array_foreach (
	    json_object_get(json_object_get(view, "pipeline"), "movements"), i, movement)
		append(all, json_pack("{s:o}", "lines", movement_lines(movement)));
	view_part(view, "movement_lines", all);
}

/* A table for each dimension, its name as the heading of the first column. */
static json_t *
dimension_lines(const json_t *groups, const struct column *columns, size_t count)
{
	json_t *all = json_array();
	const json_t *group;
	struct column own[COUNT(segments)];
	size_t i;

	memcpy(own, columns, count * sizeof *own);
	json_array_foreach (groups, i, group) {
		own[0].heading = text_of(group, "dimension");
		append(all,
		    json_pack("{s:o}", "lines",
			grid_lines(own, count, json_object_get(group, "rows"))));
	}
	return all;
}

/* What shows, or that nothing would. */
static void
put_unseen(json_t *view)
{
	const json_t *row;
	json_t *rows = json_array();
	size_t i;

	json_array_foreach (json_object_get(json_object_get(view, "blind"), "rows"), i, row) {
		json_t *made = json_copy((json_t *)row);
		const char *shows = text_of(row, "visible");
		view_text(made, "shows", mem_printf("%s", *shows != '\0' ? shows : "none yet"));
		append(rows, made);
	}
	view_part(view, "blind_lines", grid_lines(unseen, COUNT(unseen), rows));
	json_decref(rows);
}

void
weekly_lines(json_t *view)
{
	const json_t *drivers = json_object_get(view, "drivers"),
		     *quality = json_object_get(view, "quality");
	struct column reps[COUNT(segments)];

	memcpy(reps, segments, sizeof reps);
	reps[0].heading = "Rep";
	put_weeks(view);
	put_movements(view);
	view_part(view, "driver_lines",
	    dimension_lines(json_object_get(drivers, "dimensions"), parts, COUNT(parts)));
	view_part(view, "segment_lines",
	    dimension_lines(json_object_get(view, "segments"), segments, COUNT(segments)));
	view_part(view, "rep_lines",
	    grid_lines(reps, COUNT(reps), json_object_get(view, "rep_rows")));
	view_part(view, "quality_lines",
	    grid_lines(refused, COUNT(refused), json_object_get(quality, "rows")));
	put_unseen(view);
}
