/*
 * csv - rows of a file: each stands where it says, and none of the file's bytes is in no row;
 * the pace at which bytes arrive changes nothing; cells that are written again, each with
 * quotes, read as they did.
 */
#include <stdio.h>
#include <stdlib.h>

#include "../../src/fetch/rows.h"
#include "fuzz.h"
#include "mem.h"

struct asked {
	struct span bytes;
	size_t pace;
	char separator; /* '\0': as the header has it */
};

struct text {
	FILE *file;
	char *at;
	size_t len;
};

struct seen {
	struct text all, cells, again; /* again: the cells as a file */
	char separator;
};

static void
text_begin(struct text *text)
{
	text->file = mem_stream(&text->at, &text->len);
}

static bool
ends_lines(const char *p, const char *end)
{
	for (; p < end; p++)
		if (*p != '\n' && *p != '\r')
			return false;
	return true;
}

static size_t
line_number(const char *p, const char *end)
{
	size_t number = 1;

	for (; p < end; p++)
		number += *p == '\n' || (*p == '\r' && p[1] != '\n');
	return number;
}

/* Where the row ends; it may begin at `from`. */
static size_t
judge_place(const struct row *row, struct span file, size_t from)
{
	size_t at = row->offset, len = row->bytes.len, line;

	must(at >= from && at + len <= file.len, "a row at %zu of %zu bytes", at, len);
	must(ends_lines(file.at + from, file.at + at), "bytes %zu to %zu are in no row", from,
	    at);
	must(memcmp(file.at + at, row->bytes.at, len) == 0, "other bytes than at %zu", at);
	line = line_number(file.at, file.at + at);
	must(row->line == line, "at byte %zu is line %zu, not %zu", at, line, row->line);
	return at + len;
}

static void
judge_cells(const struct row *row)
{
	size_t total = row->count - 1;

	must(row->count > 0, "a row of no cells");
	for (size_t i = 0; i < row->count; i++)
		total += row->cells[i].len;
	must(total <= row->bytes.len, "there is more in the cells than in the row");
	must(!row->plain || total == row->bytes.len, "a row without quotes is not its cells");
}

static void
write_again(const struct row *row, char separator, FILE *again)
{
	for (size_t i = 0; i < row->count; i++) {
		if (i > 0)
			fputc(separator, again);
		fputc('"', again);
		for (size_t j = 0; j < row->cells[i].len; j++) {
			if (row->cells[i].at[j] == '"')
				fputc('"', again);
			fputc(row->cells[i].at[j], again);
		}
		fputc('"', again);
	}
	fputs("\r\n", again);
}

static void
note(struct seen *seen, const struct row *row, size_t width)
{
	fprintf(seen->all.file, "%zu %zu %s %zu %d\n", row->line, row->offset,
	    row->code != NULL ? row->code : "", row->wrong_at, row->plain);
	if (row->code != NULL)
		return;
	judge_cells(row);
	if (row->count != width)
		return;
	for (size_t i = 0; i < row->count; i++) {
		fprintf(seen->cells.file, "%zu ", row->cells[i].len);
		fwrite(row->cells[i].at, 1, row->cells[i].len, seen->cells.file);
	}
	fputc('\n', seen->cells.file);
	write_again(row, seen->separator, seen->again.file);
}

/* As fetch reads: it stops at a header that cannot be read, and suspects odd widths. */
static void
read_rows(struct seen *seen, struct rows *rows, struct span file)
{
	const struct row *row;
	size_t width = 0,
	       at = memcmp(file.at, "\xEF\xBB\xBF", file.len < 3 ? file.len : 3) == 0
		&& file.len >= 3
	    ? 3
	    : 0;

	while ((row = rows_next(rows)) != NULL) {
		if (width == 0 && row->code != NULL)
			return;
		width = width == 0 ? row->count : width;
		if (row->code == NULL && row->count != width)
			rows_suspect(rows, width);
		at = judge_place(row, file, at);
		note(seen, row, width);
	}
	must(ends_lines(file.at + at, file.at + file.len), "what follows byte %zu is lost", at);
}

static struct seen
seen_of(struct span file, size_t pace, char separator)
{
	struct seen seen = { 0 };
	struct rows rows;

	fuzz_read_from(file, pace);
	struct input in = input_open("-", NULL);
	text_begin(&seen.all);
	text_begin(&seen.cells);
	text_begin(&seen.again);
	rows_begin(&rows, &in, separator);
	seen.separator = rows.separator;
	read_rows(&seen, &rows, file);
	rows_end(&rows);
	input_close(&in);
	mem_stream_end(seen.all.file, &seen.all.at);
	mem_stream_end(seen.cells.file, &seen.cells.at);
	mem_stream_end(seen.again.file, &seen.again.at);
	return seen;
}

static void
seen_release(struct seen *seen)
{
	free(seen->all.at);
	free(seen->cells.at);
	free(seen->again.at);
}

static bool
text_equal(const struct text *a, const struct text *b)
{
	return a->len == b->len && memcmp(a->at, b->at, a->len) == 0;
}

static void
judge(void *of)
{
	const struct asked *asked = of;
	struct seen seen = seen_of(asked->bytes, 0, asked->separator);
	struct seen slow = seen_of(asked->bytes, asked->pace, asked->separator);
	struct seen again =
	    seen_of((struct span){ seen.again.at, seen.again.len }, 0, seen.separator);

	must(text_equal(&seen.all, &slow.all) && text_equal(&seen.cells, &slow.cells),
	    "%zu bytes at a time read as\n%s\nand not as\n%s", asked->pace, slow.all.at,
	    seen.all.at);
	must(text_equal(&seen.cells, &again.cells), "written again, they read\n%s\nand not\n%s",
	    again.cells.at, seen.cells.at);
	seen_release(&seen);
	seen_release(&slow);
	seen_release(&again);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char separators[] = { '\0', ',', ';', '\t' };
	unsigned choice;
	struct asked asked = { .bytes = fuzz_input(data, size, &choice) };

	asked.pace = choice / 4 % 16 + 1;
	asked.separator = separators[choice % 4];
	must(fuzz_run(judge, &asked) < 0, "%s", fuzz_said());
	return 0;
}
