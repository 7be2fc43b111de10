#include <stdio.h>

#include "grid.h"
#include "mem.h"
#include "table.h"

/* clang-format off */
static const struct column columns[] = {
	{ "PRIORITY", "priority", false, true },
	{ "TYPE", "type", false, true },
	{ "SEGMENT", "segment_name", false, true },
	{ "VALUE", "value_percent", true, true },
	{ "BASELINE", "baseline_percent", true, true },
	{ "PIPELINE", "pipeline_amount", true, true },
	{ "OPENED", "opened", false, true },
	{ "HELD BACK", "suppressed", false, false }, /* only if one is */
};
/* clang-format on */

char *
table(const json_t *view)
{
	json_t *rows = json_copy(json_object_get(view, "alerts")), *line;
	char *text;
	size_t len, i;
	FILE *out = mem_stream(&text, &len);

	json_array_extend(rows, json_object_get(view, "held"));
	json_t *lines = grid_lines(columns, sizeof columns / sizeof *columns, rows);
	json_array_foreach (lines, i, line)
		fprintf(out, "%s\n", json_string_value(line));
	json_decref(lines);
	json_decref(rows);
	mem_stream_end(out, &text);
	return text;
}
