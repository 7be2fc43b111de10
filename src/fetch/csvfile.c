#include <stdlib.h>

#include "csvfile.h"
#include "diag.h"
#include "input.h"

/* A row of another width may be several, above which a quote was left open. */
static void
take_rows(struct rows *rows, size_t width, struct deals *deals)
{
	const struct row *row;

	while ((row = rows_next(rows)) != NULL) {
		if (row->code == NULL && row->count != width)
			rows_suspect(rows, width);
		deals_row(deals, row);
	}
}

void
csv_fetch(const char *path, const struct taking *taking)
{
	struct input in = input_open(path, taking->out);
	struct rows rows;
	const struct row *header;

	rows_begin(&rows, &in, taking->map->separator);
	if ((header = rows_next(&rows)) != NULL) {
		if (header->code != NULL)
			die(EX_DATAERR, "%s:%zu: the header %s", in.name, header->line,
			    header->reason);
		struct deals *deals = deals_begin(taking, header, in.name);
		take_rows(&rows, header->count, deals);
		deals_end(deals);
	}
	rows_end(&rows);
	input_close(&in);
}

/* A header, and in it what the map cannot do without. */
static void
check_file(const char *path, const struct taking *taking)
{
	struct input in = input_open(path, NULL);
	struct rows rows;

	rows_begin(&rows, &in, taking->map->separator);
	const struct row *header = rows_next(&rows);
	if (header == NULL)
		die(EX_DATAERR, "%s: empty: not even a header", path);
	if (header->code != NULL)
		die(EX_DATAERR, "%s:%zu: the header %s", path, header->line, header->reason);
	deals_end(deals_begin(taking, header, path));
	rows_end(&rows);
	input_close(&in);
}

static void
fetch_file(struct fetching *f, const json_t *name)
{
	if (!json_is_string(name))
		source_die(
		    &f->source, "files", "must be the name of a file, or a list of them");
	char *path = source_file(&f->source, json_string_value(name));
	if (f->check)
		check_file(path, &f->taking);
	else
		csv_fetch(path, &f->taking);
	free(path);
}

void
csv_source(struct fetching *f)
{
	const json_t *section = conf_at(f->source.conf, f->source.at);
	const json_t *files = json_object_get(section, "files");

	source_truth(&f->source, "whole", false);
	if (files == NULL || (json_is_array(files) && json_array_size(files) == 0))
		source_die(&f->source, "files", "must name a file of this source");
	if (f->from != NULL || f->to != NULL)
		die(EX_USAGE, "%s: a CSV file is read as a whole: no --from, no --to",
		    f->source.name);
	for (size_t i = 0; i < json_array_size(files); i++)
		fetch_file(f, json_array_get(files, i));
	if (!json_is_array(files))
		fetch_file(f, files);
}
