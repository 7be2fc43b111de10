#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "conf.h"
#include "diag.h"
#include "figures.h"
#include "map.h"
#include "mem.h"
#include "summary.h"
#include "when.h"

struct options {
	const char *by[GROUPINGS_MAX], *map, *changes, *stages, *targets, *bucket, *conf,
	    *currency, *summary;
	size_t by_count, last;
	int32_t as_of; /* NO_DAY: the last day there is anything of */
	bool trust;
};

struct work {
	struct data data;
	struct out out;
};

static struct groups
groups_of(const struct options *opts, const struct map *map)
{
	struct groups groups = { .count = 0 };
	size_t count;
	const char *const *dimensions = map_dimensions(map, &count);

	for (size_t i = 0; i < opts->by_count; i++)
		groups_by(&groups, opts->by[i]);
	if (opts->by_count > 0)
		return groups;
	groups_by(&groups, "all");
	for (size_t i = 0; i < count; i++)
		groups_by(&groups, dimensions[i]);
	return groups;
}

/* A map may say in which order stages come: the spellings that it knows of them. */
static const json_t *
stage_order(const struct map *map)
{
	for (size_t i = 0; i < map->count; i++)
		if (strcmp(map->fields[i].name, "stage") == 0)
			return map->fields[i].known;
	return NULL;
}

/* Of both what is measured and what the map has: a target may be of either. */
static void
read_targets(struct targets *targets, const char *path, const struct groups *groups,
    const struct map *map)
{
	size_t count, all = groups->dimensions;
	const char *const *dimensions = map_dimensions(map, &count);
	const char **names = mem_new(all + count + 1, sizeof *names);

	for (size_t i = 0; i < all; i++)
		names[i] = groups->dimension[i];
	for (size_t i = 0; i < count; i++) {
		bool known = false;
		for (size_t j = 0; j < groups->dimensions; j++)
			known = known || strcmp(dimensions[i], groups->dimension[j]) == 0;
		if (!known)
			names[all++] = dimensions[i];
	}
	targets_read(targets, path, names, all);
	free(names);
}

static void
look(struct data *data)
{
	const struct deals *deals = data->deals;

	data->reasons = names_count(deals->reasons) > 0;
	for (size_t i = 0; i < deals->count && !data->expected; i++)
		data->expected = deals->at[i].now[EXPECTED] != NOTHING;
	for (size_t i = 0; i < deals->changes.count && !data->expected; i++)
		data->expected = deals->changes.at[i].field == EXPECTED;
}

static void
write_group(void *context, const struct group *group)
{
	struct work *work = context;

	figures_write(&work->data, group, &work->out);
}

static void
warn_of_targets(const struct targets *targets)
{
	for (size_t i = 0; i < targets->count; i++)
		if (!targets->at[i].met) {
			char *segment = json_dumps(targets->at[i].segment, JSON_COMPACT);
			warn(
			    "targets: %s is not measured: no deals, or --by lacks it", segment);
			free(segment);
		}
}

static int32_t
day_measured(const struct options *opts, const struct deals *deals)
{
	enum { YEAR_ONE = -719162, LONGEST_BUCKET = 92 };
	int32_t as_of = opts->as_of != NO_DAY ? opts->as_of : deals_last(deals);

	if (as_of == INT32_MIN)
		die(EX_DATAERR, "stdin: no deal has a date; --as-of says the day");
	if (as_of - YEAR_ONE < ((int32_t)opts->last + 1) * LONGEST_BUCKET + YEAR)
		die(EX_USAGE, "--last %zu: more than there is before that day", opts->last);
	return as_of;
}

/* The month, of quarters; January. */
static int
year_starts(const char *path)
{
	if (path == NULL)
		return 1;

	struct conf *conf = conf_load(path);
	double starts = conf_within(conf, "/fiscal_year_starts", 1, 12, 1);
	if (starts != floor(starts))
		conf_die(conf, "/fiscal_year_starts", "must be a month: a whole number");
	conf_free(conf);
	return (int)starts;
}

static uint64_t
measure(const struct options *opts, const struct map *map, const struct groups *groups,
    struct deals *deals, struct rec_out *to)
{
	struct stages stages;
	struct targets targets;
	int32_t as_of = day_measured(opts, deals);

	deals_changes(deals, opts->changes);
	deals_settle(deals, as_of);
	stages_read(&stages, deals, opts->stages, stage_order(map), as_of);
	read_targets(&targets, opts->targets, groups, map);
	struct work work = { .data = { .deals = deals,
				 .stages = &stages,
				 .targets = &targets,
				 .periods = periods_of(
				     opts->bucket, opts->last, as_of, year_starts(opts->conf)),
				 .changes = opts->changes != NULL },
		.out = { .to = to, .currency = deals->currency } };
	look(&work.data);
	groups_each(groups, deals, as_of, write_group, &work);
	figures_lacking(&work.data, &work.out);
	warn_of_targets(&targets);
	periods_release(&work.data.periods);
	targets_release(&targets);
	stages_release(&stages);
	return work.out.written;
}

static void
run(const struct options *opts)
{
	struct map *map = map_load(opts->map);
	struct groups groups = groups_of(opts, map);
	struct rec_in *in = rec_from(STDIN_FILENO, "stdin");
	struct rec_out *out = rec_to(STDOUT_FILENO, "stdout");
	struct summary sum = { .stage = "measure", .sums = true };
	struct deals deals;

	if (opts->trust)
		rec_trust(in);
	deals_read(&deals, in, groups.dimension, groups.dimensions, opts->currency);
	rec_close(in);
	sum.in = sum.out = deals.count;
	if (deals.count > 0)
		sum.written = measure(opts, map, &groups, &deals, out);
	summary_finish(opts->summary, &sum, out, NULL);
	deals_release(&deals);
	groups_release(&groups);
	map_free(map);
}

static const struct usage usage = {
	.example = "saleswatch measure --by all --by region --bucket month < deals",
	.line = "measure [--by FIELDS]... [--map MAP] [--changes FILE] [--stages FILE]"
		" [--targets FILE] [--bucket BUCKET] [--last N] [--as-of DAY] [--conf FILE]"
		" [--currency HOME] [--trust]"
		" [--summary FILE] < deals",
	.options =
	    "  -b, --by FIELDS      measure by a field, or by up to 3: region,industry; or "
	    "all\n"
	    "  -m, --map MAP        else all, and each dimension of a map\n"
	    "  -c, --changes FILE   how deals changed: what the store keeps of kind change\n"
	    "  -s, --stages FILE    which stage a deal entered when, if the changes do not "
	    "say\n"
	    "  -g, --targets FILE   what is to be won, from when to when\n"
	    "  -B, --bucket BUCKET  week (from Monday), month or quarter; month\n"
	    "  -n, --last N         so many buckets, the last with the day; 13\n"
	    "  -a, --as-of DAY      as it was known on that day; the last of the deals\n"
	    "  -C, --conf FILE      the company, for the month its year begins in\n"
	    "  -H, --currency HOME  amounts in others are left out\n"
	    "  -t, --trust          the records were checked before\n"
	    "  -S, --summary FILE   count what came in and was written\n",
};

static int32_t
day_of(const char *text)
{
	int32_t day;

	if (!when_day(span(text), &day))
		die(EX_USAGE, "--as-of %s: no such day", text);
	return day;
}

static size_t
number_of(const char *text)
{
	char *end;
	long number = strtol(text, &end, 10);

	if (*text == '\0' || *end != '\0' || number < 1 || number > PERIODS_MAX)
		die(EX_USAGE, "--last %s: 1 to %d", text, PERIODS_MAX);
	return (size_t)number;
}

static void
add_grouping(struct options *opts, const char *fields)
{
	if (opts->by_count == GROUPINGS_MAX)
		die(EX_USAGE, "--by: more than %d times", GROUPINGS_MAX);
	opts->by[opts->by_count++] = fields;
}

static struct options
parse_options(int argc, char *argv[])
{
	static const struct option longopts[] = {
		{ "by", required_argument, NULL, 'b' },
		{ "map", required_argument, NULL, 'm' },
		{ "changes", required_argument, NULL, 'c' },
		{ "stages", required_argument, NULL, 's' },
		{ "targets", required_argument, NULL, 'g' },
		{ "bucket", required_argument, NULL, 'B' },
		{ "last", required_argument, NULL, 'n' },
		{ "as-of", required_argument, NULL, 'a' },
		{ "conf", required_argument, NULL, 'C' },
		{ "currency", required_argument, NULL, 'H' },
		{ "trust", no_argument, NULL, 't' },
		{ "summary", required_argument, NULL, 'S' },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },
		{ 0 },
	};
	struct options opts = { .bucket = "month", .last = 13, .as_of = NO_DAY };
	int opt;

	while (
	    (opt = getopt_long(argc, argv, "b:m:c:s:g:B:n:a:C:H:tS:hV", longopts, NULL)) != -1)
		switch (opt) {
		case 'b': add_grouping(&opts, optarg); break;
		case 'm': opts.map = optarg; break;
		case 'c': opts.changes = optarg; break;
		case 's': opts.stages = optarg; break;
		case 'g': opts.targets = optarg; break;
		case 'B': opts.bucket = optarg; break;
		case 'n': opts.last = number_of(optarg); break;
		case 'a': opts.as_of = day_of(optarg); break;
		case 'C': opts.conf = optarg; break;
		case 'H': opts.currency = optarg; break;
		case 't': opts.trust = true; break;
		case 'S': opts.summary = optarg; break;
		case 'h': diag_help(&usage);
		case 'V': diag_version();
		default: diag_misuse(&usage);
		}
	if (optind < argc)
		diag_misuse(&usage);
	if (!periods_known(opts.bucket))
		die(EX_USAGE, "--bucket %s: must be week, month or quarter", opts.bucket);
	return opts;
}

int
main(int argc, char *argv[])
{
	diag_name(argv[0]);

	struct options opts = parse_options(argc, argv);

	run(&opts);
	return EX_OK;
}
