#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "bookmark.h"
#include "change.h"
#include "csvfile.h"
#include "diag.h"
#include "rec_out.h"
#include "suggest.h"
#include "when.h"

struct options {
	const char *map, *rejects, *summary;
	bool suggest;
	struct reject_limit limit;
	const char *sources, *since, *bookmark, *changes, *from, *to, *zone;
	bool full, check, state;
	const char *name; /* of a source; "csv": of none */
	char **files; /* NULL ends */
};

static struct taking
taking_begin(const struct options *opts, const struct map *map, struct tally *tally)
{
	return (struct taking){ .map = map,
		.out = rec_to(STDOUT_FILENO, "stdout"),
		.rejects = opts->rejects != NULL ? rec_create(opts->rejects) : NULL,
		.tally = tally };
}

static void
taking_end(const struct options *opts, const struct taking *taking)
{
	struct tally *tally = taking->tally;

	summary_finish(opts->summary, &tally->sum, taking->out, taking->rejects);
	reject_judge(&tally->refused, opts->limit, tally->sum.in, taking->rejects != NULL);
	reject_tally_release(&tally->refused);
}

static void
fetch_files(const struct options *opts)
{
	struct map *map = map_load(opts->map);
	struct tally tally = { .sum.stage = "fetch" };
	struct taking taking = taking_begin(opts, map, &tally);

	for (char **file = opts->files; *file != NULL; file++)
		csv_fetch(*file, &taking);
	taking_end(opts, &taking);
	map_free(map);
}

/* What there is of the last time; NULL where all, or a period, is asked for anew. */
static json_t *
since_of(const struct options *opts, const struct source *source, bool *is_void)
{
	*is_void = false;
	if (opts->since == NULL || opts->full || opts->from != NULL || opts->to != NULL)
		return NULL;
	return bookmark_since(opts->since, source, is_void);
}

/* What a tap goes on from, or nothing. */
static void
tell_state(const struct options *opts)
{
	struct source source = source_load(opts->sources, opts->name, opts->zone);
	struct rec_out *out = rec_to(STDOUT_FILENO, "stdout");
	bool is_void;
	json_t *since = since_of(opts, &source, &is_void);
	const json_t *state = json_object_get(since, "state");

	if (state != NULL)
		rec_dump(out, state);
	rec_finish(out);
	json_decref(since);
	source_free(&source);
}

/* The bookmark comes last: it is there only if all that it covers was written. */
static void
fetch_source(const struct options *opts)
{
	struct tally tally = { .sum.stage = "fetch" };
	struct fetching f = { .source = source_load(opts->sources, opts->name, opts->zone),
		.from = opts->from,
		.to = opts->to,
		.zone = opts->zone,
		.check = opts->check,
		.full = opts->full };
	bool is_void;
	json_t *since = since_of(opts, &f.source, &is_void);

	if (is_void)
		warn("%s: its section or its map asks for something else than before: all is "
		     "read again",
		    opts->name);
	f.since = since;
	f.taking = taking_begin(opts, f.source.map, &tally);
	f.changes = opts->changes != NULL ? change_begin(opts->changes) : NULL;
	f.source.type->fetch(&f);
	taking_end(opts, &f.taking);
	change_end(f.changes);
	if (opts->bookmark != NULL)
		bookmark_write(opts->bookmark, &f.source, f.until);
	json_decref(f.until);
	json_decref(since);
	source_free(&f.source);
}

static const struct usage usage = {
	.example = "saleswatch fetch csv deals.csv --rejects deals.rejects > deals",
	.line = "fetch csv [--map MAP] [--suggest-map] [--rejects FILE] [--max-rejects LIMIT]"
		" [--summary FILE] FILE... | NAME --sources FILE [--check] [--since FILE]"
		" [--state] [--bookmark FILE] [--changes FILE] [--full] [--from DAY] [--to "
		"DAY] [--zone ZONE]"
		" [--rejects FILE] [--max-rejects LIMIT] [--summary FILE]",
	.options =
	    "  FILE                     a CSV file with a header, or - for stdin\n"
	    "  -m, --map MAP            what the columns mean (built in: sales_data's)\n"
	    "  -s, --suggest-map        write a map for a strange file instead of deals\n"
	    "  NAME                     a source of the file that --sources names\n"
	    "  -c, --sources FILE       the sources, and how each is read\n"
	    "  -C, --check              only say whether the source can be read\n"
	    "  -i, --since FILE         bookmarks: only what changed since\n"
	    "  -e, --state              only print the state that a tap of Singer goes on "
	    "from\n"
	    "  -b, --bookmark FILE      write how far the source was read\n"
	    "  -g, --changes FILE       write the changes that the source itself tells\n"
	    "  -u, --full               all deals, whatever the bookmark says\n"
	    "  -f, --from, -t, --to DAY only deals created in that period\n"
	    "  -z, --zone ZONE          of the business day (UTC)\n"
	    "  -r, --rejects FILE       keep the rows that cannot be read\n"
	    "  -x, --max-rejects LIMIT  so many are not too many: 5% of the rows, or 20\n"
	    "  -S, --summary FILE       count what came in, went out and was rejected\n",
};

static const struct option longopts[] = {
	{ "map", required_argument, NULL, 'm' },
	{ "suggest-map", no_argument, NULL, 's' },
	{ "sources", required_argument, NULL, 'c' },
	{ "check", no_argument, NULL, 'C' },
	{ "since", required_argument, NULL, 'i' },
	{ "state", no_argument, NULL, 'e' },
	{ "bookmark", required_argument, NULL, 'b' },
	{ "changes", required_argument, NULL, 'g' },
	{ "full", no_argument, NULL, 'u' },
	{ "from", required_argument, NULL, 'f' },
	{ "to", required_argument, NULL, 't' },
	{ "zone", required_argument, NULL, 'z' },
	{ "rejects", required_argument, NULL, 'r' },
	{ "max-rejects", required_argument, NULL, 'x' },
	{ "summary", required_argument, NULL, 'S' },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, 'V' },
	{ 0 },
};

static const char *
asked_day(const char *text)
{
	when_asked(text);
	return text;
}

/* Files take a map, sources all else. */
static void
check_options(struct options *opts, int argc, char *argv[], bool of_source)
{
	size_t files;

	if (optind == argc)
		diag_misuse(&usage);
	opts->name = argv[optind];
	opts->files = argv + optind + 1;
	files = (size_t)(argc - optind - 1);
	if (strcmp(opts->name, "csv") == 0) {
		if (files == 0 || (opts->suggest && files > 1) || of_source)
			diag_misuse(&usage);
	} else if (files > 0 || opts->sources == NULL || opts->map != NULL || opts->suggest) {
		diag_misuse(&usage);
	}
}

static struct options
parse_options(int argc, char *argv[])
{
	struct options opts = { .limit = reject_limit("5%") };
	bool of_source = false;
	int opt;

	while ((opt = getopt_long(argc, argv, "m:sc:Ci:eb:g:uf:t:z:r:x:S:hV", longopts, NULL))
	    != -1) {
		of_source |= strchr("cCiebguftz", opt) != NULL;
		switch (opt) {
		case 'm': opts.map = optarg; break;
		case 's': opts.suggest = true; break;
		case 'c': opts.sources = optarg; break;
		case 'C': opts.check = true; break;
		case 'i': opts.since = optarg; break;
		case 'e': opts.state = true; break;
		case 'b': opts.bookmark = optarg; break;
		case 'g': opts.changes = optarg; break;
		case 'u': opts.full = true; break;
		case 'f': opts.from = asked_day(optarg); break;
		case 't': opts.to = asked_day(optarg); break;
		case 'z': opts.zone = optarg; break;
		case 'r': opts.rejects = optarg; break;
		case 'x': opts.limit = reject_limit(optarg); break;
		case 'S': opts.summary = optarg; break;
		case 'h': diag_help(&usage);
		case 'V': diag_version();
		default: diag_misuse(&usage);
		}
	}
	check_options(&opts, argc, argv, of_source);
	return opts;
}

int
main(int argc, char *argv[])
{
	diag_name(argv[0]);

	struct options opts = parse_options(argc, argv);

	if (opts.suggest)
		suggest_map(*opts.files);
	else if (strcmp(opts.name, "csv") == 0)
		fetch_files(&opts);
	else if (opts.state)
		tell_state(&opts);
	else
		fetch_source(&opts);
	return EX_OK;
}
