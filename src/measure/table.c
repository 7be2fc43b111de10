#include <csv.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "diag.h"
#include "file.h"
#include "mem.h"
#include "rec.h"
#include "table.h"

enum { CHUNK = 1 << 16, NO_COLUMN = -1 };

struct reader {
	const struct table *table;
	table_take *take;
	void *context;
	struct row row;
	struct span *fields;
	/* of CSV: */
	int *columns; /* which field a column is */
	size_t column, column_count, used, room;
	size_t *starts, *lengths; /* by field, in text */
	char *text;
};

void
table_die(const struct row *row, const char *format, ...)
{
	va_list args;
	char why[400];

	va_start(args, format);
	vsnprintf(why, sizeof why, format, args);
	va_end(args);
	die(EX_DATAERR, "%s:%zu: %s", row->path, row->line, why);
}

static void
hand_out(struct reader *reader)
{
	for (size_t i = 0; i < reader->table->required; i++)
		if (reader->fields[i].len == 0)
			table_die(&reader->row, "no %s", reader->table->fields[i]);
	reader->take(reader->context, &reader->row);
}

static bool
is_asked(const struct table *table, struct span name)
{
	for (size_t i = 0; i < table->count; i++)
		if (span_is(name, table->fields[i]))
			return true;
	return false;
}

static void
check_names(const struct reader *reader, const struct rec *rec)
{
	json_t *object = reader->table->only ? rec_object(rec) : NULL, *value;
	const char *name;

	json_object_foreach (object, name, value)
		if (!is_asked(reader->table, span(name)))
			table_die(&reader->row, "%s: no field of this file", name);
	json_decref(object);
}

static void
read_records(struct reader *reader)
{
	struct rec_in *in = rec_open(reader->row.path);
	size_t *slots = mem_new(reader->table->count, sizeof *slots);
	const struct rec *rec;

	for (size_t i = 0; i < reader->table->count; i++)
		slots[i] = rec_want(in, reader->table->fields[i]);
	while ((rec = rec_next(in)) != NULL) {
		reader->row.line = rec->number;
		check_names(reader, rec);
		for (size_t i = 0; i < reader->table->count; i++)
			reader->fields[i] =
			    rec_is_missing(rec, slots[i]) ? span("") : rec_text(rec, slots[i]);
		hand_out(reader);
	}
	free(slots);
	rec_close(in);
}

static void
add_column(struct reader *reader, struct span name)
{
	int field = NO_COLUMN;

	if (reader->table->only && !is_asked(reader->table, name))
		die(EX_DATAERR, "%s:1: %.*s: no field of this file", reader->row.path,
		    (int)name.len, name.at);
	for (size_t i = 0; i < reader->table->count; i++)
		if (span_is(name, reader->table->fields[i]))
			field = (int)i;
	reader->columns =
	    mem_grow(reader->columns, reader->column_count + 1, sizeof *reader->columns);
	reader->columns[reader->column_count++] = field;
}

static void
csv_cell(void *cell, size_t len, void *context)
{
	struct reader *reader = context;
	size_t column = reader->column++;

	if (reader->row.line == 0) {
		add_column(reader, (struct span){ cell, len });
		return;
	}
	if (column >= reader->column_count || reader->columns[column] == NO_COLUMN)
		return;
	if (reader->used + len > reader->room) {
		reader->room = (reader->used + len) * 2 + 256;
		reader->text = mem_grow(reader->text, reader->room, 1);
	}
	if (len > 0)
		memcpy(reader->text + reader->used, cell, len);
	reader->starts[reader->columns[column]] = reader->used;
	reader->lengths[reader->columns[column]] = len;
	reader->used += len;
}

static void
check_columns(const struct reader *reader)
{
	for (size_t i = 0; i < reader->table->required; i++) {
		bool there = false;
		for (size_t j = 0; j < reader->column_count; j++)
			there = there || reader->columns[j] == (int)i;
		if (!there)
			die(EX_DATAERR, "%s:1: no column %s", reader->row.path,
			    reader->table->fields[i]);
	}
}

static void
csv_line(int end, void *context)
{
	struct reader *reader = context;
	bool cells = reader->column > 0;

	(void)end;
	reader->column = 0;
	if (reader->row.line++ == 0)
		check_columns(reader);
	else if (cells) {
		for (size_t i = 0; i < reader->table->count; i++)
			reader->fields[i] = reader->lengths[i] == 0
			    ? span("")
			    : (struct span){ reader->text + reader->starts[i],
				      reader->lengths[i] };
		hand_out(reader);
	}
	reader->used = 0;
	memset(reader->lengths, 0, reader->table->count * sizeof *reader->lengths);
}

static _Noreturn void
csv_refuse(const struct reader *reader, struct csv_parser *parser)
{
	int error = csv_error(parser);

	if (error == CSV_ENOMEM || error == CSV_ETOOBIG)
		die(EX_OSERR, "%s: out of memory", reader->row.path);
	die(EX_DATAERR, "%s:%zu: a quote that is not closed, or not doubled", reader->row.path,
	    reader->row.line + 1);
}

/* A byte order mark may begin the file. */
static const char *
after_mark(const char *chunk, size_t *len)
{
	size_t skip = *len >= 3 && memcmp(chunk, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;

	*len -= skip;
	return chunk + skip;
}

static void
read_csv(struct reader *reader)
{
	int fd = file_open(reader->row.path, O_RDONLY);
	char *chunk = mem_new(CHUNK, 1);
	struct csv_parser parser;
	bool begun = false;
	size_t len;

	if (fd < 0)
		die_errno(EX_NOINPUT, "%s", reader->row.path);
	if (csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI) != 0)
		die(EX_OSERR, "%s: out of memory", reader->row.path);
	reader->starts = mem_new(reader->table->count, sizeof *reader->starts);
	reader->lengths = mem_new(reader->table->count, sizeof *reader->lengths);
	while ((len = file_read(fd, reader->row.path, chunk, CHUNK)) > 0) {
		const char *from = begun ? chunk : after_mark(chunk, &len);
		begun = true;
		if (csv_parse(&parser, from, len, csv_cell, csv_line, reader) != len)
			csv_refuse(reader, &parser);
	}
	if (csv_fini(&parser, csv_cell, csv_line, reader) != 0)
		csv_refuse(reader, &parser);
	csv_free(&parser);
	close(fd);
	free(chunk);
	free(reader->columns);
	free(reader->starts);
	free(reader->lengths);
	free(reader->text);
}

void
table_read(const char *path, const struct table *table, table_take *take, void *context)
{
	struct reader reader = { .table = table,
		.take = take,
		.context = context,
		.row = { .path = path },
		.fields = mem_new(table->count, sizeof(struct span)) };
	size_t len = strlen(path);

	reader.row.fields = reader.fields;
	if (len > 4 && strcmp(path + len - 4, ".csv") == 0)
		read_csv(&reader);
	else
		read_records(&reader);
	free(reader.fields);
}
