/*
 * config - files that people write: as any configuration, as a map, as a schema with records
 * (each after a byte of 0x1e).  What is wrong is 78, in one line that names the file and a line
 * it has.  What is a map to us is one by schemas/map.json; a schema says the same of a record
 * read as a line and as a tree; the patterns of a place find the place.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>
#include <unistd.h>

#include "conf.h"
#include "fuzz.h"
#include "map.h"
#include "mem.h"
#include "schema.h"

enum { RECORD = 0x1e, FAULTS = 8 };

struct asked {
	struct span file, records;
	char *text; /* of the file, with a NUL */
};

static void
judge_end(int status, struct span file)
{
	const char *said = fuzz_said(), *colon = strchr(said, ':');
	size_t lines = 1, len = strlen(said);
	char *end;

	must(status == EX_CONFIG, "status %d: %s", status, said);
	must(len > 0 && strchr(said, '\n') == said + len - 1, "not one line: %s", said);
	must(strncmp(said, "saleswatch: " FUZZ_FILE ":", 12 + sizeof FUZZ_FILE) == 0,
	    "not named: %s", said);
	colon = strchr(colon + 1, ':');
	long line = strtol(colon + 1, &end, 10);
	for (size_t i = 0; i < file.len && file.at[i] != '\0'; i++)
		lines += file.at[i] == '\n';
	must(*end == ':' && line >= 1 && (size_t)line <= lines, "no such line: %s", said);
}

static void
load(void *of)
{
	(void)of;
	conf_free(conf_load(FUZZ_FILE));
}

/* Each place, as pointers name it, is found. */
static void
walk(const struct conf *conf, const json_t *here, const char *pointer, int depth)
{
	const char *name;
	json_t *value;
	size_t i;

	must(conf_at(conf, pointer) == here, "%s is somewhere else", pointer);
	if (depth > 3)
		return;
	json_object_foreach ((json_t *)here, name, value) {
		if (strpbrk(name, "/~") != NULL || strlen(name) > 200)
			continue;
		char *place = mem_printf("%s/%s", pointer, name);
		walk(conf, value, place, depth + 1);
		free(place);
	}
	json_array_foreach (here, i, value) {
		char *place = mem_printf("%s/%zu", pointer, i);
		walk(conf, value, place, depth + 1);
		free(place);
	}
}

static void
judge_places(void *of)
{
	struct conf *conf = conf_load(FUZZ_FILE);

	(void)of;
	walk(conf, conf_root(conf), "", 0);
	conf_free(conf);
}

/* The last place in the file: its line is that of the file's text. */
static void
die_somewhere(void *of)
{
	struct conf *conf = conf_load(FUZZ_FILE);
	const char *name, *last = "";
	json_t *value;

	(void)of;
	json_object_foreach (conf_root(conf), name, value)
		if (strpbrk(name, "/~") == NULL && strlen(name) < 200)
			last = name;
	char *place = mem_printf("/%s", last);
	conf_die(conf, place, "of the fuzzer's choice");
}

static void
load_map(void *of)
{
	(void)of;
	map_free(map_load(FUZZ_FILE));
}

static void
load_map_by_schema(void *of)
{
	struct conf *conf = conf_load(FUZZ_FILE);

	(void)of;
	schema_conf(conf, "schemas/map.json");
	conf_free(conf);
}

/* By the tree: whether the record is what the schema says. */
static void
judge_tree(void *of)
{
	struct conf *record = conf_from("record", of);

	schema_conf(record, FUZZ_FILE);
	conf_free(record);
}

struct verdicts {
	size_t count, faults[64];
};

static void
judge_stream(const struct asked *asked, struct verdicts *verdicts)
{
	struct rec_in *in = rec_from(STDIN_FILENO, "stdin");
	struct schema *schema = schema_compile(conf_from(FUZZ_FILE, asked->text), in);
	struct fault faults[FAULTS];
	const struct rec *rec;

	fuzz_read_from(asked->records, 0);
	rec_tolerate(in);
	while ((rec = rec_next(in)) != NULL) {
		size_t count =
		    rec->code == NULL ? schema_judge(schema, rec, faults, FAULTS) : 0;
		for (size_t i = 0; i < count; i++)
			must(*faults[i].code != '\0' && *faults[i].reason != '\0', "no reason");
		if (verdicts->count < 64)
			verdicts->faults[verdicts->count++] = count;
	}
	schema_free(schema);
	rec_close(in);
}

struct judging {
	struct asked *asked;
	struct verdicts *verdicts;
};

static void
compile(void *of)
{
	struct judging *judging = of;

	judge_stream(judging->asked, judging->verdicts);
}

static bool
is_record(struct span text)
{
	json_t *value = json_loadb(text.at, text.len, JSON_REJECT_DUPLICATES, NULL);
	bool is = json_is_object(value) && memchr(text.at, '\0', text.len) == NULL;

	json_decref(value);
	return is;
}

/* Rules over two fields are for streams alone. */
static void
judge_records(struct asked *asked)
{
	struct verdicts verdicts = { 0 };
	int status = fuzz_run(compile, &(struct judging){ asked, &verdicts });
	struct span rest = asked->records, piece;

	if (status >= 0) {
		judge_end(status, asked->file);
		return;
	}
	for (size_t i = 0; fuzz_next(&rest, '\n', &piece) && i < verdicts.count; i++) {
		if (!is_record(piece) || strstr(asked->text, "x-rules") != NULL)
			continue;
		char *text = mem_copy(piece.at, piece.len);
		fuzz_read_from(asked->file, 0);
		status = fuzz_run(judge_tree, text);
		must((status >= 0) == (verdicts.faults[i] > 0),
		    "record %zu: %zu faults; as a tree: %s", i + 1, verdicts.faults[i],
		    status >= 0 ? fuzz_said() : "none");
		free(text);
	}
}

static int
tried(void (*work)(void *), struct span file)
{
	fuzz_read_from(file, 0);
	int status = fuzz_run(work, NULL);
	if (status >= 0)
		judge_end(status, file);
	return status;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span rest = { (const char *)data, size }, file = { "", 0 };
	struct asked asked = { 0 };

	fuzz_next(&rest, RECORD, &file);
	if (memchr(file.at, '\0', file.len) != NULL) /* refused before it is read */
		return 0;
	asked.file = file;
	asked.text = mem_copy(file.at, file.len);
	char *records = mem_copy(rest.at != NULL ? rest.at : "", rest.len);
	for (size_t i = 0; i < rest.len; i++)
		if (records[i] == RECORD)
			records[i] = '\n';
	asked.records = (struct span){ records, rest.len };
	if (tried(load, file) < 0) {
		tried(judge_places, file);
		tried(die_somewhere, file);
		if (tried(load_map, file) < 0)
			must(tried(load_map_by_schema, file) < 0, "a map for us: %s",
			    fuzz_said());
		judge_records(&asked);
	}
	free(records);
	free(asked.text);
	return 0;
}
