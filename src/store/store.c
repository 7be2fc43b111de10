#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#include "diag.h"
#include "verbs.h"
#include "when.h"

enum { NONE = 0, ONE = 1, ANY = -1 };

struct verb {
	const char *name;
	void (*run)(const struct options *);
	int operands;
	const char *takes; /* the options that it knows */
};

static const struct verb verbs[] = {
	{ "put", put_records, ONE, "dnrs" },
	{ "discard", discard_run, ONE, "d" },
	{ "commit", commit_run, ONE, "dsfmcwzv" },
	{ "get", get_records, ONE, "daot" },
	{ "trace", trace_deals, ANY, "d" },
	{ "dump", dump_store, NONE, "dbv" },
	{ "load", load_store, NONE, "dv" },
	{ "backup", backup_store, ONE, "d" },
	{ "prune", prune_store, NONE, "dkv" },
	{ "erase", erase_person, ANY, "dpv" },
};

static const struct usage usage = {
	.example = "saleswatch store put deal --stage r1 --db saleswatch.db < deals &&"
		   " saleswatch store commit r1 --db saleswatch.db",
	.line =
	    "store --db URL put KIND --stage RUN [--source NAME] [--summary FILE] < records |"
	    " discard RUN | commit RUN [--summary FILE]... [--full KIND]"
	    " [--most-deleted SHARE] [--take-over SOURCE] [--past]"
	    " [--zone ZONE] [--verbose] |"
	    " get KIND [--as-of DAY] [--from DAY] [--to DAY] | trace DEAL... |"
	    " dump [--table NAME]... [--verbose] | load [--verbose] < dump | backup FILE |"
	    " prune --keep KIND=DAYSd... [--verbose] |"
	    " erase --person NAME [--verbose] [FILE]...",
	.options =
	    "  put KIND        stage the records of stdin: deal, change, quality, bookmark,\n"
	    "                  metric, alert, incident, delivery, receipt, feedback, silence,\n"
	    "                  run, fault\n"
	    "  discard RUN     forget all that is staged under RUN\n"
	    "  commit RUN      apply all that is staged under RUN, in one transaction\n"
	    "  get KIND        print records, in order of their key\n"
	    "  trace DEAL      print each version of a deal, where it came from, and its "
	    "changes\n"
	    "  dump            print all that the store holds, to be loaded again\n"
	    "  load            take a dump into a store that is empty\n"
	    "  backup FILE     copy a store in SQLite, whoever is writing to it\n"
	    "  prune           remove what is old and not needed any more\n"
	    "  erase           put another name in the place of a person's; with FILEs, there\n"
	    "  --db URL        the store: sqlite:PATH, PATH, or "
	    "postgresql://USER@HOST/DATABASE\n"
	    "  --stage RUN     the name under which to stage\n"
	    "  --source NAME   where the deals come from; else what each has as its source\n"
	    "  --summary FILE  put: write what was counted; commit: check that each stage\n"
	    "                  took what the one before gave, and that all of it is staged\n"
	    "  --full KIND     metric: these are all of their clocks and buckets; deal: all "
	    "of\n"
	    "                  their source; others go\n"
	    "  --most-deleted 20%  the most of a source's deals that --full deal may delete;\n"
	    "                  if more are missing (of at least 10) nothing is changed\n"
	    "  --take-over SOURCE  the source of the run has taken the place of that one: "
	    "what\n"
	    "                  that has brought is now of the new name\n"
	    "  --past          what is new is of the past: decided deals were recorded when "
	    "closed\n"
	    "  --zone ZONE     the business zone, whose day is a deal's recorded_at (UTC)\n"
	    "  -v, --verbose   say how many records changed\n"
	    "  --keep KIND=400d  so many days of a kind: deal (its history), change, quality,\n"
	    "                  metric, alert (its history), incident, delivery, feedback,\n"
	    "                  silence, run, fault\n"
	    "  --table NAME    dump only these tables\n"
	    "  --person NAME   a name, an id or an address, as it is written\n"
	    "  --as-of DAY     what was known by the end of that day: deal, alert, change\n"
	    "  --from DAY, --to DAY  only these days\n",
};

const struct kind *
kind_named(const char *name)
{
	const struct kind *kind = store_kind(name);

	if (kind == NULL)
		die(EX_USAGE, "no kind %s; --help lists them", name);
	return kind;
}

void
check_open(int fd, const char *name)
{
	if (fcntl(fd, F_GETFD) < 0)
		die_errno(EX_IOERR, "%s", name);
}

static const char *
day(const char *text)
{
	when_asked(text);
	return text;
}

static void
add_summary(struct options *opts, const char *path)
{
	if (opts->summary_count == SUMMARIES_MAX)
		die(EX_USAGE, "more than %d summaries", SUMMARIES_MAX);
	opts->summaries[opts->summary_count++] = path;
}

static void
add_table(struct options *opts, const char *name)
{
	if (opts->table_count == TABLES_MAX)
		die(EX_USAGE, "more than %d tables", TABLES_MAX);
	opts->tables[opts->table_count++] = name;
}

static void
add_keep(struct options *opts, const char *keep)
{
	if (opts->keep_count == KEEPS_MAX)
		die(EX_USAGE, "more than %d times --keep", KEEPS_MAX);
	opts->keeps[opts->keep_count++] = keep;
}

static const char *
whole(const char *kind)
{
	if (strcmp(kind, "metric") != 0 && strcmp(kind, "deal") != 0)
		die(EX_USAGE, "--full %s: only metrics and deals can be all there are", kind);
	return kind;
}

/* "20%" */
static double
share(const char *text)
{
	char *end;
	double percent = strtod(text, &end);

	if (end == text || strcmp(end, "%") != 0 || !(percent >= 0 && percent <= 100))
		die(EX_USAGE, "--most-deleted %s: a share is wanted, like 20%%", text);
	return percent / 100;
}

static void
take_option(struct options *opts, int letter, const char *value)
{
	switch (letter) {
	case 'd': opts->url = value; break;
	case 'r': opts->run = value; break;
	case 'n': opts->source = value; break;
	case 'f': opts->full = whole(value); break;
	case 'm': opts->most_deleted = share(value); break;
	case 'c': opts->take_over = value; break;
	case 's': add_summary(opts, value); break;
	case 'w': opts->past = true; break;
	case 'z': opts->zone = value; break;
	case 'v': opts->verbose = true; break;
	case 'k': add_keep(opts, value); break;
	case 'b': add_table(opts, value); break;
	case 'p': opts->person = value; break;
	case 'a': opts->when.as_of = day(value); break;
	case 'o': opts->when.from = day(value); break;
	case 't': opts->when.to = day(value); break;
	case 'h': diag_help(&usage);
	case 'V': diag_version();
	default: diag_misuse(&usage);
	}
}

static void
read_options(struct options *opts, int argc, char *argv[], char *used)
{
	static const struct option longopts[] = {
		{ "db", required_argument, NULL, 'd' },
		{ "stage", required_argument, NULL, 'r' },
		{ "source", required_argument, NULL, 'n' },
		{ "full", required_argument, NULL, 'f' },
		{ "most-deleted", required_argument, NULL, 'm' },
		{ "take-over", required_argument, NULL, 'c' },
		{ "summary", required_argument, NULL, 's' },
		{ "past", no_argument, NULL, 'w' },
		{ "zone", required_argument, NULL, 'z' },
		{ "verbose", no_argument, NULL, 'v' },
		{ "as-of", required_argument, NULL, 'a' },
		{ "from", required_argument, NULL, 'o' },
		{ "to", required_argument, NULL, 't' },
		{ "keep", required_argument, NULL, 'k' },
		{ "table", required_argument, NULL, 'b' },
		{ "person", required_argument, NULL, 'p' },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },
		{ 0 },
	};
	int letter;

	while ((letter = getopt_long(argc, argv, "vhV", longopts, NULL)) != -1) {
		take_option(opts, letter, optarg);
		if (strchr(used, letter) == NULL)
			used[strlen(used)] = (char)letter;
	}
}

static const struct verb *
verb_named(const char *name)
{
	for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
		if (strcmp(verbs[i].name, name) == 0)
			return &verbs[i];
	diag_misuse(&usage);
}

/* What a verb cannot do without, and what it has no use for. */
static void
check_use(const struct verb *verb, const struct options *opts, const char *used)
{
	bool bad = used[strspn(used, verb->takes)] != '\0';

	bad |= verb->run == trace_deals && opts->file_count == 0;
	bad |= opts->url == NULL && (verb->run != erase_person || opts->file_count == 0);
	bad |= verb->run == put_records && (opts->run == NULL || opts->summary_count > 1);
	bad |= verb->run == prune_store && opts->keep_count == 0;
	bad |= verb->run == erase_person && opts->person == NULL;
	if (bad)
		diag_misuse(&usage);
}

static const struct verb *
parse_options(struct options *opts, int argc, char *argv[])
{
	char used[32] = "";

	read_options(opts, argc, argv, used);
	if (optind == argc)
		diag_misuse(&usage);
	const struct verb *verb = verb_named(argv[optind++]);
	if (verb->operands != ANY && argc - optind != verb->operands)
		diag_misuse(&usage);
	opts->what = verb->operands == ONE ? argv[optind] : NULL;
	opts->files = argv + optind;
	opts->file_count = verb->operands == ANY ? argc - optind : 0;
	check_use(verb, opts, used);
	return verb;
}

int
main(int argc, char *argv[])
{
	diag_name(argv[0]);

	struct options opts = { .most_deleted = 0.2 };
	const struct verb *verb = parse_options(&opts, argc, argv);

	verb->run(&opts);
	return EX_OK;
}
