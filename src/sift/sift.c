#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "diag.h"
#include "population.h"
#include "rec.h"
#include "rec_out.h"
#include "summary.h"

struct options {
	const char *rules, *aliases, *excluded, *summary;
};

struct streams {
	struct rec_in *in;
	struct rec_out *out, *excluded; /* excluded: NULL if nobody asked */
	struct summary sum;
};

static void
leave_out(struct rec_out *excluded, const struct rec *deal, const char *row)
{
	if (excluded == NULL)
		return;
	rec_begin(excluded, deal);
	rec_put_text(excluded, span("left_out"), span(row));
	rec_end(excluded);
}

static void
sift(struct streams *streams, struct population *population)
{
	const struct rec *deal;

	while ((deal = rec_next(streams->in)) != NULL) {
		const char *row = population_without(population, deal);
		streams->sum.in++;
		if (row == NULL) {
			rec_pass(streams->out, deal);
			streams->sum.out++;
		} else {
			leave_out(streams->excluded, deal, row);
			streams->sum.dropped++;
		}
	}
}

static const struct usage usage = {
	.example =
	    "saleswatch sift --rules pipelines/conf/rules.json --excluded others < deals",
	.line = "sift --rules FILE [--aliases FILE] [--excluded FILE] [--summary FILE] < deals",
	.options =
	    "  -r, --rules FILE     which deals do not count: \"population\" of rules.json\n"
	    "  -a, --aliases FILE   renames, of the values that rows name too (aliases.json)\n"
	    "  -x, --excluded FILE  write these there, each with the row that it fits\n"
	    "  -S, --summary FILE   write the counts there, of each row too\n",
};

static struct options
parse_options(int argc, char *argv[])
{
	static const struct option longopts[] = {
		{ "rules", required_argument, NULL, 'r' },
		{ "aliases", required_argument, NULL, 'a' },
		{ "excluded", required_argument, NULL, 'x' },
		{ "summary", required_argument, NULL, 'S' },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },
		{ 0 },
	};
	struct options opts = { 0 };
	int opt;

	while ((opt = getopt_long(argc, argv, "r:a:x:S:hV", longopts, NULL)) != -1)
		switch (opt) {
		case 'r': opts.rules = optarg; break;
		case 'a': opts.aliases = optarg; break;
		case 'x': opts.excluded = optarg; break;
		case 'S': opts.summary = optarg; break;
		case 'h': diag_help(&usage);
		case 'V': diag_version();
		default: diag_misuse(&usage);
		}
	if (optind < argc || opts.rules == NULL)
		diag_misuse(&usage);
	if (opts.excluded != NULL && strcmp(opts.excluded, "-") == 0)
		die(EX_USAGE, "--excluded -: standard output is for what counts");
	return opts;
}

int
main(int argc, char *argv[])
{
	diag_name(argv[0]);

	struct options opts = parse_options(argc, argv);
	struct streams streams = {
		.in = rec_from(STDIN_FILENO, "stdin"),
		.sum = { .stage = "sift" },
	};
	struct population *population = population_load(opts.rules, opts.aliases, streams.in);

	streams.out = rec_to(STDOUT_FILENO, "stdout");
	streams.excluded = opts.excluded != NULL ? rec_create(opts.excluded) : NULL;
	rec_tie(streams.in, streams.out);
	sift(&streams, population);
	streams.sum.left_out = population_counts(population);
	population_warn(population);
	summary_finish(opts.summary, &streams.sum, streams.out, streams.excluded);
	json_decref(streams.sum.left_out);
	population_free(population);
	rec_close(streams.in);
	return EX_OK;
}
