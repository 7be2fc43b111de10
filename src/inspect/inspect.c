#include <getopt.h>
#include <stdlib.h>
#include <unistd.h>

#include "conf.h"
#include "diag.h"
#include "map.h"
#include "mem.h"
#include "rec.h"
#include "rec_out.h"
#include "summary.h"
#include "warnings.h"
#include "when.h"

struct options {
	const char *rules, *map, *changes, *risks, *currency, *summary;
	int32_t as_of; /* INT32_MAX: the last there is */
};

static void
read_deals(struct deals *deals, const struct map *map, const struct warnings_rules *rules,
    const struct options *opts)
{
	struct rec_in *in = rec_from(STDIN_FILENO, "stdin");
	const char *const *dimensions = map_dimensions(map, &deals->dimensions);

	deals->dimension = mem_new(deals->dimensions + 1, sizeof deals->dimension[0]);
	for (size_t i = 0; i < deals->dimensions; i++)
		deals->dimension[i].name = dimensions[i];
	deals->by[0] = rules->by != NULL ? rules->by : "manager_id";
	deals->by[1] = rules->by != NULL ? NULL : "manager";
	deals_read(deals, in, opts->as_of, opts->currency);
	rec_close(in);
}

static void
write_risks(const char *path, const struct risk *risk)
{
	if (path == NULL)
		return;

	struct rec_out *out = rec_create(path);
	for (size_t i = 0; i < risk->deals->count; i++)
		if (risk->deals->at[i].ended == DEAL_OPEN)
			risk_write(out, risk, &risk->deals->at[i]);
	rec_finish(out);
}

static void
inspect(const struct options *opts)
{
	struct conf *conf = conf_load(opts->rules);
	struct map *map = map_load(opts->map);
	struct deals deals = { 0 };
	struct changes changes;
	struct risk risk;
	struct risk_rules risk_by;
	struct warnings_rules warn_by;

	risk_rules(&risk_by, conf);
	warnings_rules(&warn_by, conf);
	read_deals(&deals, map, &warn_by, opts);
	changes_read(&changes, opts->changes, &deals);
	deals_settle(&deals);
	struct summary sum = {
		.stage = "inspect", .sums = true, .in = deals.read, .out = deals.read
	};
	struct rec_out *out = rec_to(STDOUT_FILENO, "stdout");
	risk_fit(&risk, &deals, &changes, risk_by);
	write_risks(opts->risks, &risk);
	sum.written = warnings_write(out, &risk, &warn_by);
	rec_finish(out);
	summary_write(opts->summary, &sum);
	risk_release(&risk);
	changes_release(&changes);
	deals_release(&deals);
	map_free(map);
	conf_free(conf);
}

static const struct usage usage = {
	.example = "saleswatch inspect --rules pipelines/conf/rules.json --risks risks < deals",
	.line =
	    "inspect --rules FILE [--map MAP] [--changes FILE] [--as-of DAY] [--currency HOME]"
	    " [--risks FILE] [--summary FILE] < deals",
	.options =
	    "  -r, --rules FILE    what to warn of: the \"detect\" section\n"
	    "  -m, --map MAP       the dimensions deals are told apart by\n"
	    "  -c, --changes FILE  what changed in deals, as store get change gives it\n"
	    "  -a, --as-of DAY     deals as they were known that day; else the last there is\n"
	    "  -H, --currency HOME  amounts in others are left out\n"
	    "  -R, --risks FILE    every open deal's chance of being won, and why\n"
	    "  -S, --summary FILE  counts of records\n",
};

static struct options
parse_options(int argc, char *argv[])
{
	static const struct option longopts[] = {
		{ "rules", required_argument, NULL, 'r' },
		{ "map", required_argument, NULL, 'm' },
		{ "changes", required_argument, NULL, 'c' },
		{ "as-of", required_argument, NULL, 'a' },
		{ "currency", required_argument, NULL, 'H' },
		{ "risks", required_argument, NULL, 'R' },
		{ "summary", required_argument, NULL, 'S' },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },
		{ 0 },
	};
	struct options opts = { .as_of = INT32_MAX };
	int opt;

	while ((opt = getopt_long(argc, argv, "r:m:c:a:H:R:S:hV", longopts, NULL)) != -1)
		switch (opt) {
		case 'r': opts.rules = optarg; break;
		case 'm': opts.map = optarg; break;
		case 'c': opts.changes = optarg; break;
		case 'a': opts.as_of = when_asked(optarg); break;
		case 'H': opts.currency = optarg; break;
		case 'R': opts.risks = optarg; break;
		case 'S': opts.summary = optarg; break;
		case 'V': diag_version();
		case 'h': diag_help(&usage);
		default: diag_misuse(&usage);
		}
	if (optind < argc || opts.rules == NULL)
		diag_misuse(&usage);
	return opts;
}

int
main(int argc, char *argv[])
{
	diag_name(argv[0]);

	struct options opts = parse_options(argc, argv);

	inspect(&opts);
	return EX_OK;
}
