#include <getopt.h>
#include <jansson.h>
#include <stdlib.h>
#include <unistd.h>

#include "conf.h"
#include "diag.h"
#include "rec.h"
#include "rec_out.h"
#include "store_doc.h"

struct options {
	const char *stream, *schema, *key;
};

struct speech {
	const char *stream, *key;
	json_t *schema, *known; /* known: its properties */
	struct rec_out *out;
	size_t records;
};

static void
say_schema(const struct speech *speech)
{
	json_t *message = json_pack("{s:s, s:s, s:O, s:[s]}", "type", "SCHEMA", "stream",
	    speech->stream, "schema", speech->schema, "key_properties", speech->key);

	rec_dump(speech->out, message);
	json_decref(message);
}

/* Where no schema tells, a value does. */
static json_t *
type_of(struct span value)
{
	const char *type = "string";

	switch (*value.at) {
	case '{': type = "object"; break;
	case '[': type = "array"; break;
	case 't':
	case 'f': type = "boolean"; break;
	case '"':
	case 'n': break;
	default: type = "number";
	}
	return json_pack("{s:[s, s]}", "type", "null", "type", type);
}

/* Dimensions are whatever a company has: the schema grows when one is met. */
static bool
learn(const struct speech *speech, struct span line)
{
	const char *place = NULL;
	struct doc_field field;
	bool grown = false;

	while (doc_next(line, &place, &field)) {
		if (json_object_getn(speech->known, field.name.at, field.name.len) != NULL)
			continue;
		json_object_setn_new(
		    speech->known, field.name.at, field.name.len, type_of(field.value));
		grown = true;
	}
	return grown;
}

static void
say_record(struct speech *speech, const struct rec *record)
{
	if (learn(speech, record->line) || speech->records == 0)
		say_schema(speech);
	rec_begin(speech->out, NULL);
	rec_put_text(speech->out, span("type"), span("RECORD"));
	rec_put_text(speech->out, span("stream"), span(speech->stream));
	rec_put_json(speech->out, span("record"), record->line);
	rec_end(speech->out);
	speech->records++;
}

/* Said at the end, it stands for all that was said before it. */
static void
say_state(const struct speech *speech)
{
	json_t *message = json_pack("{s:s, s:{s:{s:I}}}", "type", "STATE", "value",
	    speech->stream, "records", (json_int_t)speech->records);

	rec_dump(speech->out, message);
	json_decref(message);
}

static void
speak(const struct options *opts)
{
	struct conf *conf = conf_load(opts->schema);
	struct rec_in *in = rec_open("-");
	struct speech speech = { .stream = opts->stream,
		.key = opts->key,
		.schema = conf_root(conf),
		.known = conf_at(conf, "/properties"),
		.out = rec_to(STDOUT_FILENO, "stdout") };
	size_t key = rec_want(in, opts->key);
	const struct rec *record;

	if (!json_is_object(speech.known))
		conf_die(conf, "/properties", "must be an object, the fields of the records");
	json_object_del(speech.schema, "x-rules");
	rec_tie(in, speech.out);
	while ((record = rec_next(in)) != NULL) {
		if (rec_is_missing(record, key))
			die(EX_DATAERR, "stdin:%zu: no %s", record->number, opts->key);
		say_record(&speech, record);
	}
	if (speech.records > 0)
		say_state(&speech);
	rec_finish(speech.out);
	rec_close(in);
	conf_free(conf);
}

static const struct usage usage = {
	.example = "saleswatch singer deals --schema /usr/share/saleswatch/schemas/deal.json"
		   " --key deal_id < deals | target-jsonl",
	.line = "singer STREAM --schema FILE --key FIELD < records",
	.options = "  STREAM             what a target calls them\n"
		   "  -s, --schema FILE  what they are, as JSON Schema\n"
		   "  -k, --key FIELD    by which one takes the place of another\n",
};

static struct options
parse_options(int argc, char *argv[])
{
	static const struct option longopts[] = {
		{ "schema", required_argument, NULL, 's' },
		{ "key", required_argument, NULL, 'k' },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },
		{ 0 },
	};
	struct options opts = { 0 };
	int opt;

	while ((opt = getopt_long(argc, argv, "s:k:hV", longopts, NULL)) != -1)
		switch (opt) {
		case 's': opts.schema = optarg; break;
		case 'k': opts.key = optarg; break;
		case 'h': diag_help(&usage);
		case 'V': diag_version();
		default: diag_misuse(&usage);
		}
	if (argc - optind != 1 || opts.schema == NULL || opts.key == NULL)
		diag_misuse(&usage);
	opts.stream = argv[optind];
	return opts;
}

int
main(int argc, char *argv[])
{
	diag_name(argv[0]);

	struct options opts = parse_options(argc, argv);

	speak(&opts);
	return EX_OK;
}
