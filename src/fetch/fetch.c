#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "deals.h"
#include "diag.h"
#include "rec_out.h"
#include "reject.h"
#include "suggest.h"

struct options {
	const char *map, *rejects, *summary;
	bool suggest;
	struct reject_limit limit;
	char **files; /* NULL ends */
};

static void
fetch_csv(const struct options *opts)
{
	struct map *map = map_load(opts->map);
	struct rec_out *out = rec_to(STDOUT_FILENO, "stdout");
	struct rec_out *rejects = opts->rejects != NULL ? rec_create(opts->rejects) : NULL;
	struct tally tally = { .sum.stage = "fetch" };

	for (char **file = opts->files; *file != NULL; file++)
		deals_fetch(*file, map, out, rejects, &tally);
	summary_finish(opts->summary, &tally.sum, out, rejects);
	reject_judge(&tally.refused, opts->limit, tally.sum.in, rejects != NULL);
	reject_tally_release(&tally.refused);
	map_free(map);
}

static const struct usage usage = {
	.example = "saleswatch fetch csv deals.csv --rejects deals.rejects > deals",
	.line = "fetch csv [--map MAP] [--suggest-map] [--rejects FILE] [--max-rejects LIMIT]"
		" [--summary FILE] FILE...",
	.options =
	    "  FILE                     a CSV file with a header, or - for stdin\n"
	    "  -m, --map MAP            what the columns mean (built in: sales_data's)\n"
	    "  -s, --suggest-map        write a map for a strange file instead of deals\n"
	    "  -r, --rejects FILE       keep the rows that cannot be read\n"
	    "  -x, --max-rejects LIMIT  so many are not too many: 5% of the rows, or 20\n"
	    "  -S, --summary FILE       count what came in, went out and was rejected\n",
};

static struct options
parse_options(int argc, char *argv[])
{
	static const struct option longopts[] = {
		{ "map", required_argument, NULL, 'm' },
		{ "suggest-map", no_argument, NULL, 's' },
		{ "rejects", required_argument, NULL, 'r' },
		{ "max-rejects", required_argument, NULL, 'x' },
		{ "summary", required_argument, NULL, 'S' },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },
		{ 0 },
	};
	struct options opts = { .limit = reject_limit("5%") };
	int opt;

	while ((opt = getopt_long(argc, argv, "m:sr:x:S:hV", longopts, NULL)) != -1)
		switch (opt) {
		case 'm': opts.map = optarg; break;
		case 's': opts.suggest = true; break;
		case 'r': opts.rejects = optarg; break;
		case 'x': opts.limit = reject_limit(optarg); break;
		case 'S': opts.summary = optarg; break;
		case 'h': diag_help(&usage);
		case 'V': diag_version();
		default: diag_misuse(&usage);
		}
	if (argc - optind < 2 || strcmp(argv[optind], "csv") != 0
	    || (opts.suggest && argc - optind > 2))
		diag_misuse(&usage);
	opts.files = argv + optind + 1;
	return opts;
}

int
main(int argc, char *argv[])
{
	diag_name(argv[0]);

	struct options opts = parse_options(argc, argv);

	if (opts.suggest)
		suggest_map(*opts.files);
	else
		fetch_csv(&opts);
	return EX_OK;
}
