#include <stdio.h>
#include <stdlib.h>

#include "diag.h"
#include "draft.h"
#include "mem.h"
#include "rows.h"
#include "suggest.h"

enum { SAMPLE = 10000, INDENT = 2 };

static void
begin_columns(struct draft *draft, const struct row *header)
{
	draft->count = header->count;
	draft->columns = mem_new(draft->count, sizeof *draft->columns);
	draft->taken = mem_new(draft->count, sizeof *draft->taken);
	for (size_t i = 0; i < draft->count; i++) {
		struct span name = header->cells[i];
		draft->columns[i].name = (struct span){ mem_copy(name.at, name.len), name.len };
		draft->taken[i] = name.len == 0;
	}
}

static void
read_sample(struct draft *draft, struct rows *rows)
{
	const struct row *row;

	for (size_t n = 0; n < SAMPLE && (row = rows_next(rows)) != NULL; n++)
		if (row->code == NULL && row->count == draft->count)
			for (size_t i = 0; i < draft->count; i++)
				profile_add(&draft->columns[i], row->cells[i]);
}

static void
set_mark(json_t *map, const char *key, char mark, char usual)
{
	if (mark != '\0' && mark != usual)
		draft_set(map, key, json_stringn(&mark, 1));
}

static json_t *
write_map(struct draft *draft, char separator)
{
	json_t *map = draft_sure(json_object());

	draft->fields = draft_sure(json_object());
	draft->dimensions = draft_sure(json_object());
	draft->notes = draft_sure(json_array());
	draft_fields(draft);
	draft_dimensions(draft);
	if (json_array_size(draft->notes) > 0)
		draft_set(map, "notes", json_incref(draft->notes));
	draft_set(map, "fields", draft->fields);
	draft_set(map, "dimensions", draft->dimensions);
	set_mark(map, "separator", separator, '\0');
	set_mark(map, "decimal", draft->decimal, '.');
	set_mark(map, "thousands", draft->thousands, '\0');
	json_decref(draft->notes);
	return map;
}

static void
print_map(const json_t *map)
{
	char *text = json_dumps(map, JSON_INDENT(INDENT));

	if (text == NULL)
		die(EX_OSERR, "suggest: out of memory");
	printf("%s\n", text);
	if (fflush(stdout) != 0 || ferror(stdout))
		die_errno(EX_IOERR, "stdout");
	free(text);
}

void
suggest_map(const char *path)
{
	struct input in = input_open(path, NULL);
	struct draft draft = { 0 };
	struct rows rows;

	rows_begin(&rows, &in, '\0');
	const struct row *header = rows_next(&rows);
	if (header == NULL)
		die(EX_DATAERR, "%s: no header", in.name);
	if (header->code != NULL)
		die(EX_DATAERR, "%s:%zu: the header %s", in.name, header->line, header->reason);
	begin_columns(&draft, header);
	read_sample(&draft, &rows);
	json_t *map = write_map(&draft, rows.separator);
	print_map(map);
	json_decref(map);
	for (size_t i = 0; i < draft.count; i++)
		profile_release(&draft.columns[i]);
	free(draft.columns);
	free(draft.taken);
	rows_end(&rows);
	input_close(&in);
}
