#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "deals.h"
#include "diag.h"
#include "map.h"
#include "merge.h"
#include "metric.h"
#include "plan.h"
#include "rec.h"
#include "rec_out.h"

struct options {
	const char *by[CUBE_GROUPS], *map, *bucket, *clock, *currency, *summary;
	size_t by_count;
	bool merge, trust;
};

static struct form
form_of(const struct options *opts)
{
	const char *clock = opts->clock != NULL ? opts->clock : "closed";
	const char *bucket = opts->bucket != NULL ? opts->bucket : "day";
	struct form form = { clock_named(span(clock)),
	    bucket_named(span(bucket)), opts->by_count > 0, opts->currency, NULL };

	if (form.clock == NULL)
		die(EX_USAGE, "--clock %s: must be closed, recorded or created", clock);
	if (form.bucket == NULL)
		die(EX_USAGE, "--bucket %s: must be day, week or month", bucket);
	for (size_t i = 0; i < opts->by_count; i++)
		form.any_currency = form.any_currency && plan_names(opts->by[i], "currency");
	return form;
}

static void
plan(struct cube *cube, const struct options *opts)
{
	struct map *map = map_load(opts->map);
	size_t count;
	const char *const *dimensions = map_dimensions(map, &count);

	for (size_t i = 0; i < opts->by_count; i++)
		plan_by(cube, opts->by[i]);
	if (opts->by_count == 0)
		plan_pairs(cube, opts->map, dimensions, count);
	map_free(map);
}

static void
aggregate(struct rec_in *in, struct rec_out *out, const struct options *opts)
{
	struct summary sum = { .stage = "aggregate", .sums = true };
	struct cube *cube = cube_new();
	struct form form = form_of(opts);

	if (opts->merge) {
		merge(cube, &form, in, &sum);
	} else {
		plan(cube, opts);
		deals_count(cube, &form, in, &sum);
	}
	sum.written = metric_write(cube, &form, out);
	summary_finish(opts->summary, &sum, out, NULL);
	free(form.currency);
	cube_free(cube);
}

static const struct usage usage = {
	.example = "saleswatch aggregate --by all --by industry,region < deals > metrics",
	.line = "aggregate [--by FIELDS]... [--map MAP] [--bucket BUCKET] [--clock CLOCK]"
		" [--currency HOME] [--merge] [--trust] [--summary FILE] < records",
	.options = "  -b, --by FIELDS      group by a field, or by up to 3: region,industry; "
		   "or by all,\n"
		   "                       none\n"
		   "  -m, --map MAP        else by all, each dimension of a map, and each pair "
		   "of them\n"
		   "  -B, --bucket BUCKET  of days: day, week (from Monday) or month; day\n"
		   "  -c, --clock CLOCK    a deal counts when it was closed, recorded or "
		   "created; closed\n"
		   "  -H, --currency HOME  amounts in others are left out of sums\n"
		   "  -M, --merge          add metrics instead of deals\n"
		   "  -t, --trust          the records were checked before\n"
		   "  -S, --summary FILE   count what came in, was counted and was dropped\n",
};

static void
check_options(const struct options *opts)
{
	if (opts->by_count > 0 && opts->map != NULL)
		die(EX_USAGE, "--by and --map: one or the other says how to group");
	if (opts->merge
	    && (opts->by_count > 0 || opts->map != NULL || opts->bucket != NULL
		|| opts->clock != NULL || opts->currency != NULL))
		die(EX_USAGE, "--merge: metrics have their groups, bucket and clock already");
}

static void
add_grouping(struct options *opts, const char *fields)
{
	if (opts->by_count == CUBE_GROUPS)
		die(EX_USAGE, "--by: more than %d times", CUBE_GROUPS);
	opts->by[opts->by_count++] = fields;
}

static struct options
parse_options(int argc, char *argv[])
{
	static const struct option longopts[] = {
		{ "by", required_argument, NULL, 'b' },
		{ "map", required_argument, NULL, 'm' },
		{ "bucket", required_argument, NULL, 'B' },
		{ "clock", required_argument, NULL, 'c' },
		{ "currency", required_argument, NULL, 'H' },
		{ "merge", no_argument, NULL, 'M' },
		{ "trust", no_argument, NULL, 't' },
		{ "summary", required_argument, NULL, 'S' },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },
		{ 0 },
	};
	struct options opts = { 0 };
	int opt;

	while ((opt = getopt_long(argc, argv, "b:m:B:c:H:MtS:hV", longopts, NULL)) != -1)
		switch (opt) {
		case 'b': add_grouping(&opts, optarg); break;
		case 'm': opts.map = optarg; break;
		case 'B': opts.bucket = optarg; break;
		case 'c': opts.clock = optarg; break;
		case 'H': opts.currency = optarg; break;
		case 'M': opts.merge = true; break;
		case 't': opts.trust = true; break;
		case 'S': opts.summary = optarg; break;
		case 'h': diag_help(&usage);
		case 'V': diag_version();
		default: diag_misuse(&usage);
		}
	if (optind < argc)
		diag_misuse(&usage);
	check_options(&opts);
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
