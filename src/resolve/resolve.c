#include <getopt.h>
#include <stdlib.h>
#include <unistd.h>

#include "diag.h"
#include "rec_out.h"
#include "reference.h"
#include "summary.h"
#include "when.h"

struct streams {
	struct rec_in *in;
	struct rec_out *out;
	size_t kind;
	struct summary sum;
};

static void
write_edited(struct rec_out *out, const struct rec *rec, const struct edit *edits, size_t count)
{
	if (count == 0) {
		rec_pass(out, rec);
		return;
	}
	rec_begin(out, rec);
	for (size_t i = 0; i < count; i++)
		if (edits[i].text)
			rec_put_text(out, edits[i].name, edits[i].value);
		else
			rec_put_number(out, edits[i].name, edits[i].value);
	rec_end(out);
}

static void
resolve_deal(struct streams *streams, struct reference *reference, const struct rec *deal)
{
	size_t count;
	const struct edit *edits = reference_edits(reference, deal, &count);

	write_edited(streams->out, deal, edits, count);
	streams->sum.out++;
}

static void
resolve_change(struct streams *streams, struct reference *reference, const struct rec *change)
{
	const struct edit *edits;
	size_t count;

	if (reference_change(reference, change, &edits, &count) == NO_CHANGE) {
		streams->sum.dropped++;
		return;
	}
	write_edited(streams->out, change, edits, count);
	streams->sum.out++;
}

/* What speaks of segments: few records, so all of each is looked through. */
static void
resolve_other(struct streams *streams, const struct aliases *aliases, const struct rec *rec)
{
	json_t *record = aliases_count(aliases) > 0 ? rec_object(rec) : NULL;

	if (aliases_apply(aliases, record))
		rec_dump(streams->out, record);
	else
		rec_pass(streams->out, rec);
	json_decref(record);
	streams->sum.out++;
}

static void
resolve(struct streams *streams, struct reference *reference)
{
	const struct rec *rec;

	while ((rec = rec_next(streams->in)) != NULL) {
		streams->sum.in++;
		if (rec->fields[streams->kind].type == REC_ABSENT)
			resolve_deal(streams, reference, rec);
		else if (span_is(rec_text(rec, streams->kind), "change"))
			resolve_change(streams, reference, rec);
		else
			resolve_other(streams, reference_aliases(reference), rec);
	}
}

static const struct usage usage = {
	.example = "saleswatch resolve --aliases aliases.json --roster roster.json < deals",
	.line = "resolve [--aliases FILE] [--roster FILE] [--rates FILE] [--currency HOME]"
		" [--as-of DAY] [--deals FILE] [--summary FILE] < deals",
	.options =
	    "  -a, --aliases FILE   what values are called now (aliases.json)\n"
	    "  -r, --roster FILE    whose team a rep was in when, and who left (roster.json)\n"
	    "  -x, --rates FILE     what currencies were worth when (rates.json)\n"
	    "  -c, --currency HOME  the company's; amounts in others are converted\n"
	    "  -D, --as-of DAY      the day whose team and rate open deals have; today\n"
	    "  -d, --deals FILE     of changes: the deals, resolved, whose amounts they are "
	    "of\n"
	    "  -S, --summary FILE   counts of records\n",
};

static struct options
parse_options(int argc, char *argv[])
{
	static const struct option longopts[] = {
		{ "aliases", required_argument, NULL, 'a' },
		{ "roster", required_argument, NULL, 'r' },
		{ "rates", required_argument, NULL, 'x' },
		{ "currency", required_argument, NULL, 'c' },
		{ "as-of", required_argument, NULL, 'D' },
		{ "deals", required_argument, NULL, 'd' },
		{ "summary", required_argument, NULL, 'S' },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },
		{ 0 },
	};
	struct options opts = { .as_of = INT32_MAX };
	int opt;

	while ((opt = getopt_long(argc, argv, "a:r:x:c:D:d:S:hV", longopts, NULL)) != -1)
		switch (opt) {
		case 'a': opts.aliases = optarg; break;
		case 'r': opts.roster = optarg; break;
		case 'x': opts.rates = optarg; break;
		case 'c': opts.currency = optarg; break;
		case 'D': opts.as_of = when_asked(optarg); break;
		case 'd': opts.deals = optarg; break;
		case 'S': opts.summary = optarg; break;
		case 'h': diag_help(&usage);
		case 'V': diag_version();
		default: diag_misuse(&usage);
		}
	if (optind < argc)
		diag_misuse(&usage);
	if (opts.as_of == INT32_MAX)
		opts.as_of = when_local_day(when_now(), NULL);
	return opts;
}

int
main(int argc, char *argv[])
{
	diag_name(argv[0]);

	struct options opts = parse_options(argc, argv);
	struct streams streams = {
		.in = rec_from(STDIN_FILENO, "stdin"),
		.sum = { .stage = "resolve" },
	};
	struct reference *reference = reference_open(&opts, streams.in);

	streams.kind = rec_want(streams.in, "kind");
	streams.out = rec_to(STDOUT_FILENO, "stdout");
	rec_tie(streams.in, streams.out);
	resolve(&streams, reference);
	reference_tell(reference);
	summary_finish(opts.summary, &streams.sum, streams.out, NULL);
	reference_close(reference);
	rec_close(streams.in);
	return EX_OK;
}
