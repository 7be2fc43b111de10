#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "diag.h"
#include "differ.h"

enum { EX_DIFFERENT = 1 };

struct options {
	const char *with;
	bool as_json;
};

static size_t
reconcile(const struct options *opts)
{
	struct rec_in *here = rec_open(opts->with), *there = rec_from(STDIN_FILENO, "stdin");
	struct sides sides;
	struct differ differ = { .sides = &sides };

	sides_begin(&sides);
	sides_read(&sides, HERE, here, opts->with);
	sides_read(&sides, THERE, there, "stdin");
	rec_close(here);
	rec_close(there);
	sides_compare(&sides, differ_note, &differ);
	return differ_tell(&differ, opts->as_json);
}

static const struct usage usage = {
	.example = "saleswatch fetch csv report.csv | saleswatch reconcile --with deals",
	.line = "reconcile --with FILE [--as text|json] < deals",
	.options =
	    "  -w, --with FILE     our deals (here); those of the report are on stdin (there)\n"
	    "  -a, --as text|json  lines for people with totals, or a record a difference\n",
};

static struct options
parse_options(int argc, char *argv[])
{
	static const struct option longopts[] = {
		{ "with", required_argument, NULL, 'w' },
		{ "as", required_argument, NULL, 'a' },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },
		{ 0 },
	};
	struct options opts = { 0 };
	int opt;

	while ((opt = getopt_long(argc, argv, "w:a:hV", longopts, NULL)) != -1)
		switch (opt) {
		case 'w': opts.with = optarg; break;
		case 'a':
			opts.as_json = strcmp(optarg, "json") == 0;
			if (!opts.as_json && strcmp(optarg, "text") != 0)
				die(EX_USAGE, "--as %s: text or json", optarg);
			break;
		case 'h': diag_help(&usage);
		case 'V': diag_version();
		default: diag_misuse(&usage);
		}
	if (optind < argc || opts.with == NULL)
		diag_misuse(&usage);
	if (strcmp(opts.with, "-") == 0)
		die(EX_USAGE, "--with -: standard input has the deals of the report");
	return opts;
}

int
main(int argc, char *argv[])
{
	diag_name(argv[0]);

	struct options opts = parse_options(argc, argv);

	return reconcile(&opts) > 0 ? EX_DIFFERENT : EX_OK;
}
