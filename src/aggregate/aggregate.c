#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "deals.h"
#include "diag.h"
#include "merge.h"
#include "metric.h"
#include "plan.h"
#include "rec.h"
#include "rec_out.h"

struct options {
	const char *by[CUBE_GROUPS], *map, *clock, *bucket, *summary;
	size_t by_count;
	bool merge, trust;
};

/* What the metrics will be: their groupings go to the cube, the rest is their form. */
static struct form
plan(struct cube *cube, const struct options *opts)
{
	static const char *const fields[] = { "industry", "lead_source", "product_type", "region",
		"sales_rep_id" };
	struct form form = {
		.clock = clock_named(span(opts->clock)),
		.bucket = bucket_named(span(opts->bucket)),
		.any_currency = opts->by_count > 0,
	};

	if (form.clock == NULL)
		die(EX_USAGE, "--clock %s: not closed, recorded or created", opts->clock);
	if (form.bucket == NULL)
		die(EX_USAGE, "--bucket %s: not day, week or month", opts->bucket);
	for (size_t i = 0; i < opts->by_count; i++) {
		plan_by(cube, opts->by[i]);
		form.any_currency = form.any_currency && plan_names(opts->by[i], "currency");
	}
	if (opts->by_count == 0)
		plan_pairs(cube, fields, 5);
	return form;
}

static void
aggregate(struct rec_in *in, struct rec_out *out, const struct options *opts)
{
	struct summary sum = { .stage = "aggregate" };
	struct cube *cube = cube_new();
	struct form form = { 0 };

	if (opts->merge) {
		sum.in = sum.out = merge(cube, &form, in);
	} else {
		form = plan(cube, opts);
		deals_count(cube, &form, in, &sum);
	}
	sum.written = metric_write(cube, &form, out);
	rec_finish(out);
	summary_write(opts->summary, &sum);
	free(form.currency);
	cube_free(cube);
}

static _Noreturn void
usage(int asked)
{
	static const char line[] =
	    "usage: aggregate [--by FIELD[,FIELD]...]... [--map MAP] [--bucket BUCKET]"
	    " [--clock CLOCK] [--trust] [--summary FILE] < deals\n";
	fputs(line, asked ? stdout : stderr);
	exit(asked ? EX_OK : EX_USAGE);
}

static struct options
parse_options(int argc, char *argv[])
{
	static const struct option longopts[] = {
		{ "by", required_argument, NULL, 'b' },
		{ "map", required_argument, NULL, 'm' },
		{ "bucket", required_argument, NULL, 'u' },
		{ "clock", required_argument, NULL, 'c' },
		{ "merge", no_argument, NULL, 'M' },
		{ "trust", no_argument, NULL, 't' },
		{ "summary", required_argument, NULL, 's' },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },
		{ 0 },
	};
	struct options opts = { .clock = "closed", .bucket = "day" };
	int opt;

	while ((opt = getopt_long(argc, argv, "b:m:u:c:h", longopts, NULL)) != -1)
		switch (opt) {
		case 'b': opts.by[opts.by_count++] = optarg; break;
		case 'm': opts.map = optarg; break;
		case 'u': opts.bucket = optarg; break;
		case 'c': opts.clock = optarg; break;
		case 'M': opts.merge = true; break;
		case 't': opts.trust = true; break;
		case 's': opts.summary = optarg; break;
		case 'V': diag_version();
		default: usage(opt == 'h');
		}
	if (optind < argc)
		usage(false);
	return opts;
}

int
main(int argc, char *argv[])
{
	diag_name(argv[0]);

	struct options opts = parse_options(argc, argv);
	struct rec_in *in = rec_from(STDIN_FILENO, "stdin");
	struct rec_out *out = rec_to(STDOUT_FILENO, "stdout");

	if (opts.trust)
		rec_trust(in);
	aggregate(in, out, &opts);
	rec_close(in);
	return EX_OK;
}
