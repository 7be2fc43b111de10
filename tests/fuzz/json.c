/*
 * json - a stream of lines: scanner and jansson agree on each; the pace at which bytes arrive
 * changes nothing; a record that is rebuilt, or gets a field, reads as jansson has it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "fuzz.h"
#include "mem.h"
#include "rec_line.h"
#include "rec_out.h"
#include "text.h"

static const char *const names[] = { "deal_id", "a", "amount", "v" };
enum { NAMES = sizeof names / sizeof *names, FIELDS = NAMES + 1 };

static void
same_fields(const struct rec_field *a, const struct rec_field *b)
{
	for (size_t i = 0; i < NAMES; i++)
		must(a[i].type == b[i].type && a[i].len == b[i].len
			&& memcmp(a[i].text, b[i].text, a[i].len) == 0,
		    "%s: \"%.*s\" for one, \"%.*s\" for the other", names[i], (int)a[i].len,
		    a[i].text, (int)b[i].len, b[i].text);
}

/* Each line twice: as the first of its kind, and when its shape is known. */
static void
judge_line(struct shape *shape, char *line, size_t len)
{
	struct rec_field scanned[FIELDS], parsed[FIELDS];
	struct rec rec = { .line = { line, len }, .number = 1, .fields = scanned };

	for (int turn = 0; turn < 2; turn++) {
		rec.fields = scanned;
		const char *end = line_scan(shape, line, &rec);
		rec.number++;
		rec.fields = parsed;
		json_t *root = line_parse(shape, &rec);
		if (end != NULL) {
			must(root != NULL, "only the scanner takes it");
			must(end == line + len, "the scanner ends at byte %zu",
			    (size_t)(end - line));
			same_fields(scanned, parsed);
		}
		must((root == NULL) == (rec.code != NULL), "refused without a code");
		json_decref(root);
		free((char *)rec.wrong);
		rec.wrong = rec.code = NULL;
	}
}

static void
judge_lines(void *of)
{
	struct span rest = *(struct span *)of, piece;
	struct shape *shape = mem_new(1, sizeof *shape);

	for (size_t i = 0; i < NAMES; i++)
		shape_want(shape, span(names[i]));
	while (fuzz_next(&rest, '\n', &piece)) {
		char *line = mem_new(piece.len + 1 + TEXT_SLACK, 1);
		memcpy(line, piece.at, piece.len);
		line[piece.len] = '\n';
		memset(line + piece.len + 1, 0xC3, TEXT_SLACK);
		judge_line(shape, line, piece.len);
		free(line);
	}
	shape_release(shape);
	free(shape);
}

static struct rec_in *
stream(struct span bytes, size_t pace)
{
	struct rec_in *in = rec_from(STDIN_FILENO, "stdin");

	fuzz_read_from(bytes, pace);
	for (size_t i = 0; i < NAMES; i++)
		rec_want(in, names[i]);
	rec_tolerate(in);
	return in;
}

/* All that a stream says of its records. */
static char *
told(struct span bytes, size_t pace, size_t *len)
{
	char *text;
	FILE *all = mem_stream(&text, len);
	struct rec_in *in = stream(bytes, pace);
	const struct rec *rec;

	while ((rec = rec_next(in)) != NULL) {
		fprintf(all, "%zu ", rec->number);
		if (rec->code != NULL)
			fprintf(all, "%s %zu %s ", rec->code, rec->wrong_at, rec->wrong);
		fwrite(rec->line.at, 1, rec->line.len, all);
		for (size_t i = 0; rec->code == NULL && i < NAMES; i++) {
			fprintf(all, " %d ", (int)rec->fields[i].type);
			fwrite(rec->fields[i].text, 1, rec->fields[i].len, all);
		}
		fputc('\n', all);
	}
	rec_close(in);
	mem_stream_end(all, &text);
	return text;
}

struct asked {
	struct span bytes;
	size_t pace;
};

static void
judge_pace(void *of)
{
	struct asked *asked = of;
	size_t len, slow_len;
	char *text = told(asked->bytes, 0, &len);
	char *slow = told(asked->bytes, asked->pace, &slow_len);

	must(len == slow_len && memcmp(text, slow, len) == 0,
	    "%zu bytes at a time read as\n%s\nand not as\n%s", asked->pace, slow, text);
	free(text);
	free(slow);
}

/* As jansson has it, but that 1e3 may be written as 1000. */
static bool
same_value(const json_t *a, const json_t *b)
{
	const char *name;
	json_t *value;
	size_t i;

	if (json_is_number(a) && json_is_number(b) && (json_is_real(a) || json_is_real(b)))
		return json_number_value(a) == json_number_value(b);
	if (json_typeof(a) != json_typeof(b) || json_object_size(a) != json_object_size(b)
	    || json_array_size(a) != json_array_size(b))
		return false;
	json_object_foreach ((json_t *)a, name, value) {
		const json_t *other = json_object_get(b, name);
		if (other == NULL || !same_value(value, other))
			return false;
	}
	json_array_foreach (a, i, value)
		if (!same_value(value, json_array_get(b, i)))
			return false;
	return json_is_object(a) || json_is_array(a) || json_equal(a, b);
}

static void
same_json(struct span line, const json_t *wanted, const char *what)
{
	json_error_t error;
	json_t *got = json_loadb(line.at, line.len, JSON_REJECT_DUPLICATES, &error);

	must(got != NULL, "%s is no JSON: %s", what, error.text);
	must(same_value(got, wanted), "%s is not what jansson has: %.*s", what, (int)line.len,
	    line.at);
	json_decref(got);
}

/* A record gets the text of one field as another, in its place or at its end. */
static void
judge_change(const struct rec *rec, struct rec_out *out)
{
	json_t *object = rec_object(rec);
	struct span text = rec_text(rec, NAMES - 1);
	json_t *value = json_stringn(text.at, text.len);
	size_t len;
	char *json = rec_json(object, &len);

	same_json((struct span){ json, len }, object, "the record rebuilt");
	free(json);
	json_object_set_new(object, names[0], value);
	rec_begin(out, rec);
	rec_put_text(out, span(names[0]), text);
	rec_end(out);
	rec_flush(out);
	same_json(fuzz_written(), object, "the record with a new field");
	json_object_del(object, names[1]);
	rec_begin(out, rec);
	rec_omit(out, span(names[1]));
	rec_put_text(out, span(names[0]), text);
	rec_end(out);
	rec_flush(out);
	same_json(fuzz_written(), object, "the record without a field");
	json_decref(object);
}

static void
judge_changes(void *of)
{
	struct asked *asked = of;
	struct rec_in *in = stream(asked->bytes, 0);
	struct rec_out *out = rec_to(FUZZ_FD, "fuzz");
	const struct rec *rec;

	while ((rec = rec_next(in)) != NULL)
		if (rec->code == NULL)
			judge_change(rec, out);
	rec_finish(out);
	rec_close(in);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	unsigned choice;
	struct asked asked = { .bytes = fuzz_input(data, size, &choice) };

	asked.pace = choice % 32 + 1;
	must(fuzz_run(judge_lines, &asked.bytes) < 0, "%s", fuzz_said());
	must(fuzz_run(judge_pace, &asked) < 0, "%s", fuzz_said());
	must(fuzz_run(judge_changes, &asked) < 0, "%s", fuzz_said());
	return 0;
}
