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
	const char *map, *rejects, *limit, *summary;
	bool suggest;
	struct reject_limit most;
	char **files; /* NULL ends */
};

/* "width 5, quote 1" */
static void
list_codes(const struct tally *tally, char *text, size_t room)
{
	size_t len = 0;

	*text = '\0';
	for (size_t i = 0; i < CODES && tally->refused[i].code != NULL && len < room; i++)
		len += (size_t)snprintf(text + len, room - len, "%s%s %ju", i > 0 ? ", " : "",
		    tally->refused[i].code, (uintmax_t)tally->refused[i].count);
}

static void
judge(const struct options *opts, const struct tally *tally)
{
	const struct summary *sum = &tally->sum;
	char codes[200];

	list_codes(tally, codes, sizeof codes);
	if (reject_too_many(opts->most, sum->rejected, sum->in))
		die(EX_DATAERR, "%ju of %ju rows refused: more than %s: %s",
		    (uintmax_t)sum->rejected, (uintmax_t)sum->in, opts->limit, codes);
	if (sum->rejected > 0 && opts->rejects == NULL)
		warn("%ju of %ju rows refused: %s; --rejects FILE keeps them",
		    (uintmax_t)sum->rejected, (uintmax_t)sum->in, codes);
}

static void
fetch_csv(const struct options *opts)
{
	struct map *map = map_load(opts->map);
	struct rec_out *out = rec_to(STDOUT_FILENO, "stdout");
	struct rec_out *rejects = opts->rejects != NULL ? rec_create(opts->rejects) : NULL;
	struct tally tally = { .sum.stage = "fetch" };

	for (char **file = opts->files; *file != NULL; file++)
		deals_fetch(*file, map, out, rejects, &tally);
	/* Whoever reads the records to their end may then read what stands beside them. */
	rec_flush(out);
	if (rejects != NULL)
		rec_finish(rejects);
	summary_write(opts->summary, &tally.sum);
	rec_finish(out);
	judge(opts, &tally);
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
	struct options opts = { .limit = "5%" };
	int opt;

	while ((opt = getopt_long(argc, argv, "m:sr:x:S:hV", longopts, NULL)) != -1)
		switch (opt) {
		case 'm': opts.map = optarg; break;
		case 's': opts.suggest = true; break;
		case 'r': opts.rejects = optarg; break;
		case 'x': opts.limit = optarg; break;
		case 'S': opts.summary = optarg; break;
		case 'h': diag_help(&usage);
		case 'V': diag_version();
		default: diag_misuse(&usage);
		}
	if (argc - optind < 2 || strcmp(argv[optind], "csv") != 0
	    || (opts.suggest && argc - optind > 2)
	    || !reject_limit_read(opts.limit, &opts.most))
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
