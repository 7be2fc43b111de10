#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "diag.h"
#include "kinds.h"
#include "map.h"
#include "rec.h"
#include "rec_out.h"
#include "reject.h"
#include "schema.h"
#include "summary.h"

enum { FAULTS_MAX = 16 };

struct options {
	const char *kind, *map, *upstream, *rejects, *summary;
	struct reject_limit limit;
};

/* Where the record stood in its source, as fetch has written into it. */
struct origin {
	size_t source, line, offset;
};

static size_t
judge(const struct schema *schema, const struct rec *record, struct fault faults[])
{
	if (record->wrong == NULL)
		return schema_judge(schema, record, faults, FAULTS_MAX);
	faults[0] = (struct fault){ .code = record->code, .reason = record->wrong };
	return 1;
}

static int64_t
integer(const struct rec_field *field, int64_t otherwise)
{
	return field->type == REC_INTEGER ? strtoll(field->text, NULL, 10) : otherwise;
}

static void
refuse(struct rec_out *rejects, const struct rec *record, const struct origin *origin,
    const struct fault faults[], size_t count)
{
	bool named = record->fields[origin->source].type == REC_STRING;
	const char *also[FAULTS_MAX] = { NULL };
	struct reject reject = {
		.stage = "validate",
		.source = named
		    ? rec_text(record, origin->source)
		    : span("stdin"),
			.line = integer(&record->fields[origin->line], (int64_t)record->number),
			.offset = integer(&record->fields[origin->offset], 0),
			.byte = (int64_t)record->wrong_at, .code = faults[0].code,
			.field = *faults[0].field != '\0' ? faults[0].field : NULL,
			.reason = faults[0].reason, .also = also, .bytes = record->line,
		};

	for (size_t i = 1; i < count; i++)
		also[i - 1] = faults[i].code;
	reject_write(rejects, &reject);
}

static struct summary
validate(struct rec_in *in, struct rec_out *out, struct rec_out *rejects,
    const struct schema *schema, struct reject_tally *tally)
{
	struct origin origin = { rec_want(in, "source"), rec_want(in, "line"),
		rec_want(in, "offset") };
	struct summary sum = { .stage = "validate" };
	struct fault faults[FAULTS_MAX];
	const struct rec *record;

	for (; (record = rec_next(in)) != NULL; sum.in++) {
		size_t count = judge(schema, record, faults);
		if (count == 0) {
			rec_pass(out, record);
			sum.out++;
		} else {
			refuse(rejects, record, &origin, faults, count);
			reject_count(tally, faults[0].code, 1);
			sum.rejected++;
		}
	}
	return sum;
}

static struct schema *
schema_of(const char *kind, struct rec_in *in)
{
	const char *dot = strrchr(kind, '.'), *built_in = kind_schema(kind);

	if (strchr(kind, '/') != NULL || (dot != NULL && strcmp(dot, ".json") == 0))
		return schema_compile(conf_load(kind), in);
	if (built_in == NULL)
		die(EX_USAGE, "%s: no kind of record we know, nor a file", kind);
	return schema_compile(conf_from(kind, built_in), in);
}

static void
require_mapped(struct schema *schema, const char *path)
{
	struct map *map = map_load(path);

	for (size_t i = 0; i < map->count; i++)
		if (map->fields[i].required)
			schema_require(schema, map->fields[i].name);
	map_free(map);
}

static uint64_t
count_in(const struct conf *summary, const char *pointer)
{
	const json_t *count = conf_at(summary, pointer);

	if (!json_is_integer(count) || json_integer_value(count) < 0)
		conf_die(summary, pointer, "must be a number of records");
	return (uint64_t)json_integer_value(count);
}

/* The rows that upstream has read and refused count as if we had met them ourselves. */
static uint64_t
count_upstream(const char *path, uint64_t came, struct reject_tally *tally)
{
	struct conf *upstream = conf_load(path);
	uint64_t out = count_in(upstream, "/out"), in = count_in(upstream, "/in");

	if (out != came)
		die(EX_DATAERR, "%s: %ju records sent on, but %ju came", path, (uintmax_t)out,
		    (uintmax_t)came);
	reject_count(tally, "upstream", count_in(upstream, "/rejected"));
	conf_free(upstream);
	return in;
}

static void
inspect(struct rec_in *in, const struct schema *schema, const struct options *opts)
{
	struct rec_out *out = rec_to(STDOUT_FILENO, "stdout");
	struct rec_out *rejects = opts->rejects != NULL ? rec_create(opts->rejects) : NULL;
	struct reject_tally tally = { 0 };

	rec_tie(in, out);
	struct summary sum = validate(in, out, rejects, schema, &tally);
	summary_finish(opts->summary, &sum, out, rejects);
	if (opts->upstream != NULL)
		sum.in = count_upstream(opts->upstream, sum.in, &tally);
	reject_judge(&tally, opts->limit, sum.in, rejects != NULL);
	reject_tally_release(&tally);
}

static const struct usage usage = {
	.example = "saleswatch validate deal --rejects refused < records > deals",
	.line = "validate KIND [--map MAP] [--rejects FILE] [--max-rejects LIMIT]"
		" [--upstream SUMMARY] [--summary FILE] < records",
	.options =
	    "  KIND                     deal, change, bookmark, version, metric, measure,\n"
	    "                           finding, alert, delivery, receipt, reject, risk, run,\n"
	    "                           fault, incident, ledger, summary, score, placebo,\n"
	    "                           drivers; or FILE.json, a schema\n"
	    "  -m, --map MAP            the map that says which fields are required\n"
	    "  -r, --rejects FILE       keep what is refused, and why\n"
	    "  -x, --max-rejects LIMIT  fail past this share or number (5%)\n"
	    "  -u, --upstream SUMMARY   fetch's summary; its refusals count too\n"
	    "  -S, --summary FILE       write what was counted\n",
};

static struct options
parse_options(int argc, char *argv[])
{
	static const struct option longopts[] = {
		{ "map", required_argument, NULL, 'm' },
		{ "rejects", required_argument, NULL, 'r' },
		{ "max-rejects", required_argument, NULL, 'x' },
		{ "upstream", required_argument, NULL, 'u' },
		{ "summary", required_argument, NULL, 'S' },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },
		{ 0 },
	};
	struct options opts = { .limit = reject_limit("5%") };
	int opt;

	while ((opt = getopt_long(argc, argv, "m:r:x:u:S:hV", longopts, NULL)) != -1)
		switch (opt) {
		case 'm': opts.map = optarg; break;
		case 'r': opts.rejects = optarg; break;
		case 'x': opts.limit = reject_limit(optarg); break;
		case 'u': opts.upstream = optarg; break;
		case 'S': opts.summary = optarg; break;
		case 'h': diag_help(&usage);
		case 'V': diag_version();
		default: diag_misuse(&usage);
		}
	if (optind != argc - 1)
		diag_misuse(&usage);
	opts.kind = argv[optind];
	return opts;
}

int
main(int argc, char *argv[])
{
	diag_name(argv[0]);

	struct options opts = parse_options(argc, argv);
	struct rec_in *in = rec_from(STDIN_FILENO, "stdin");
	struct schema *schema = schema_of(opts.kind, in);

	if (opts.map != NULL)
		require_mapped(schema, opts.map);

	rec_tolerate(in);
	inspect(in, schema, &opts);
	schema_free(schema);
	rec_close(in);
	return EX_OK;
}
