/*
 * rec - what rec promises, tried from inside.
 *
 *	rec fuzz MUTANTS FILE...	line_scan against line_parse, on mutants of the files' lines:
 *					what the scanner takes, jansson must take and show alike
 *	rec judge			a line of stdin: its number, and "taken" or why it is not
 *	rec splice NAME JSON		each record of stdin with that field
 *	rec text NAME TEXT, rec number NAME TEXT	the same with a text, a number if it is one
 *	rec omit NAME			each record without it
 *	rec late			a field wanted after the first record
 *	rec memory			jansson asks for more memory than there is
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "diag.h"
#include "mem.h"
#include "rec_line.h"
#include "rec_out.h"
#include "text.h"

enum { LINE_BYTES = 4096, LINES = 1000, FIELDS = 16 };

static const char *const names[] = { "deal_id", "created_date", "closed_date", "region",
	"outcome", "amount", "a", "b", NULL };

struct score {
	size_t tried, scanned, parsed, differ;
};

static uint64_t
random_below(uint64_t limit)
{
	static uint64_t state = 88172645463325252u;

	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state % limit;
}

static bool
alike(const struct rec_field *a, const struct rec_field *b, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (a[i].type != b[i].type || a[i].len != b[i].len
		    || memcmp(a[i].text, b[i].text, a[i].len) != 0)
			return false;
	return true;
}

static void
try_line(struct shape *shape, char *line, size_t len, struct score *score)
{
	struct rec_field scanned[FIELDS], parsed[FIELDS];
	struct rec rec = { .line = { line, len }, .number = ++score->tried, .fields = scanned };

	line[len] = '\n';
	memset(line + len + 1, 0xC3, TEXT_SLACK);
	const char *end = line_scan(shape, line, &rec);
	rec.fields = parsed;
	json_t *root = line_parse(shape, &rec);
	bool differ = end != NULL
	    && (root == NULL || end != line + len || !alike(scanned, parsed, shape->wanted));

	score->scanned += end != NULL;
	score->parsed += root != NULL;
	score->differ += differ;
	if (differ)
		printf("differ: %.*s\n", (int)len, line);
	json_decref(root);
	free((char *)rec.wrong);
}

/* Bytes that mean something, and pieces of which some are wrong by one; "" is a NUL. */
static const char *const spices[] = { "", "\"", "\\", "{", "}", "[", "]", ":", ",", "0", "9",
	"-", ".", "e", "E+", " ", "\t", "\r", "\x01", "\x7f", "\x80", "\xc3\xa9", "\xc0\xaf",
	"\xe2\x82\xac", "\xed\xa0\x80", "\xf0\x9f\x98\x80", "\xf4\x90\x80\x80", "\\\"", "\\/",
	"\\n", "\\x", "\\u00e9", "\\u0000", "\\u00G0", "\\ud83d\\ude00", "\\uD800", "\\uDC00",
	"\\ud83d\\u0041", "true", "null", "[1,{}]", "\"q\":{\"x\":1,\"x\":2},",
	"\"r\":[{},\"\\u12\"],", "\"a\":1,", "\"\\u0061\":1,", "[[[[[[[[[", "]]]]]]]]]",
	"9223372036854775808", "1e999" };

static size_t
mutate(char *line, size_t len)
{
	size_t at = random_below(len);
	struct span spice = span(spices[random_below(sizeof spices / sizeof *spices)]);

	spice.len += spice.len == 0;
	switch (random_below(4)) {
	case 0: /* over what is there */
		if (at + spice.len > len)
			return len;
		memcpy(line + at, spice.at, spice.len);
		return len;
	case 1: /* in between */
		memmove(line + at + spice.len, line + at, len - at);
		memcpy(line + at, spice.at, spice.len);
		return len + spice.len;
	case 2: /* a byte less */
		memmove(line + at, line + at + 1, len - at - 1);
		return len > 1 ? len - 1 : len;
	default: { /* a piece once more, somewhere else: repeated keys */
		size_t from = random_below(len), size = random_below(len - from) % 40;
		memmove(line + at + size, line + at, len - at);
		memmove(line + at, line + from + (from >= at ? size : 0), size);
		return len + size;
	}
	}
}

static size_t
read_lines(char *paths[], char lines[LINES][LINE_BYTES])
{
	size_t count = 0;

	for (; *paths != NULL; paths++) {
		FILE *file = fopen(*paths, "r");
		if (file == NULL)
			die_errno(EX_NOINPUT, "%s", *paths);
		while (count < LINES && fgets(lines[count], LINE_BYTES, file) != NULL)
			count += strcspn(lines[count], "\n") > 0;
		fclose(file);
	}
	return count;
}

static int
fuzz(char *args[])
{
	char(*lines)[LINE_BYTES] = mem_new(LINES, sizeof *lines), line[2 * LINE_BYTES];
	size_t mutants = strtoul(args[0], NULL, 10), count = read_lines(args + 1, lines);
	struct shape *shape = mem_new(1, sizeof *shape);
	struct score score = { 0 };

	for (size_t i = 0; names[i] != NULL; i++)
		shape_want(shape, span(names[i]));
	while (score.tried < mutants) {
		size_t pick = random_below(count), len = strcspn(lines[pick], "\n");
		memcpy(line, lines[pick], len);
		for (size_t i = random_below(5); i > 0; i--)
			len = mutate(line, len);
		for (size_t i = 0; i < len; i++)
			if (line[i] == '\n')
				line[i] = ' ';
		try_line(shape, line, len, &score);
	}
	printf("tried %zu, scanned %zu, parsed %zu, differ %zu\n", score.tried, score.scanned,
	    score.parsed, score.differ);
	shape_release(shape);
	free(shape);
	free(lines);
	return score.differ == 0 ? EX_OK : EX_SOFTWARE;
}

static int
judge(char *args[])
{
	struct rec_in *in = rec_from(STDIN_FILENO, "stdin");
	const struct rec *rec;

	(void)args;
	rec_want(in, "v");
	rec_tolerate(in);
	while ((rec = rec_next(in)) != NULL)
		printf("%zu %s%s%s\n", rec->number, rec->code != NULL ? rec->code : "taken",
		    rec->wrong != NULL ? ": " : "", rec->wrong != NULL ? rec->wrong : "");
	rec_close(in);
	return EX_OK;
}

static void
put_json(struct rec_out *out, char *args[])
{
	rec_put_json(out, span(args[0]), span(args[1]));
}

static void
put_text(struct rec_out *out, char *args[])
{
	rec_put_text(out, span(args[0]), span(args[1]));
}

static void
put_number(struct rec_out *out, char *args[])
{
	rec_put_number(out, span(args[0]), span(args[1]));
}

static void
omit(struct rec_out *out, char *args[])
{
	rec_omit(out, span(args[0]));
}

static int
change(void (*how)(struct rec_out *, char *args[]), char *args[])
{
	struct rec_in *in = rec_from(STDIN_FILENO, "stdin");
	struct rec_out *out = rec_to(STDOUT_FILENO, "stdout");
	const struct rec *rec;

	rec_tie(in, out);
	while ((rec = rec_next(in)) != NULL) {
		rec_begin(out, rec);
		rec_put_integer(out, span("never seen"), INT64_MIN);
		rec_drop(out);
		rec_begin(out, rec);
		how(out, args);
		rec_end(out);
	}
	rec_finish(out);
	rec_close(in);
	return EX_OK;
}

static int
splice(char *args[])
{
	return change(put_json, args);
}

static int
text(char *args[])
{
	return change(put_text, args);
}

static int
number(char *args[])
{
	return change(put_number, args);
}

static int
without(char *args[])
{
	return change(omit, args);
}

static int
late(char *args[])
{
	struct rec_in *in = rec_from(STDIN_FILENO, "stdin");

	rec_next(in);
	rec_want(in, args[0] != NULL ? args[0] : "late");
	return EX_OK;
}

/* The allocator jansson was given never comes back without memory. */
static int
memory(char *args[])
{
	json_malloc_t get;
	json_free_t release;

	(void)args;
	json_get_alloc_funcs(&get, &release);
	release(get(PTRDIFF_MAX));
	return EX_OK;
}

static const struct {
	const char *name;
	int (*run)(char *args[]);
	int args;
} modes[] = { { "fuzz", fuzz, 2 }, { "judge", judge, 0 }, { "splice", splice, 2 },
	{ "text", text, 2 }, { "number", number, 2 }, { "omit", without, 1 },
	{ "late", late, 0 }, { "memory", memory, 0 } };

int
main(int argc, char *argv[])
{
	diag_name(argv[0]);
	for (size_t i = 0; i < sizeof modes / sizeof *modes; i++)
		if (argc > 1 && strcmp(argv[1], modes[i].name) == 0
		    && argc - 2 >= modes[i].args)
			return modes[i].run(argv + 2);
	die(EX_USAGE, "fuzz, judge, splice, text, number, omit, late, memory");
}
