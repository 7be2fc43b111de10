#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "checkpoint.h"
#include "diag.h"
#include "history.h"
#include "ledger.h"
#include "rec_out.h"
#include "series.h"
#include "summary.h"
#include "watch.h"
#include "when.h"

struct options {
	const char *rules, *deals, *series, *ledger, *incidents, *summary, *resume, *aliases,
	    *currency;
	int32_t as_of, from, to; /* of the calendar; as_of INT32_MAX: the last there is */
	bool backtest;
};

/* A day that is watched, or passed since its state was kept. */
static void
live(struct watch *watch, int32_t today, int32_t resumed, const char *resume)
{
	if (resume != NULL && today == watch_last_fit(watch) && today > resumed)
		checkpoint_save(resume, watch, today);
	if (today < resumed)
		watch_pass(watch, today);
	else
		watch_day(watch, today);
}

static void
detect(const struct options *opts)
{
	struct watch watch;
	struct series series;

	watch_make(&watch, opts->rules, opts->deals, opts->as_of, opts->currency);
	series_make(&series, watch.rules.conf, opts->series);
	int32_t resumed = checkpoint_load(opts->resume, &watch);
	struct rec_out *out = rec_to(STDOUT_FILENO, "stdout");
	struct summary sum = { .stage = "detect", .sums = true, .in = watch.metrics.read };
	for (int32_t today = 0; today < watch.days; today++) {
		int32_t day = watch.company.first + today;
		live(&watch, today, resumed, opts->resume);
		series_day(&series, day);
		if (opts->backtest && day >= opts->from)
			sum.written += series_write(&series, day, true, out);
		if (opts->backtest && today >= watch.told
		    && watch.company.first + today >= opts->from)
			sum.written += watch_opened(&watch, today, out);
	}
	if (watch.days <= watch.told)
		warn(
		    "needs %d more weeks of recorded deals", (watch.told - watch.days) / 7 + 1);
	else if (!opts->backtest)
		sum.written += watch_living(&watch, watch.days - 1, out);
	if (!opts->backtest)
		sum.written +=
		    series_write(&series, watch.company.first + watch.days - 1, false, out);
	ledger_write(opts->ledger, &watch.incidents, watch.days - 1);
	struct aliases *aliases = aliases_load(opts->aliases);
	history_write(opts->incidents, &watch.incidents, aliases);
	aliases_free(aliases);
	rec_finish(out);
	sum.out = sum.in;
	summary_write(opts->summary, &sum);
	series_release(&series);
	watch_release(&watch);
}

static const struct usage usage = {
	.example =
	    "saleswatch detect --rules pipelines/conf/rules.json --deals deals < metrics",
	.line = "detect --rules FILE --deals FILE [--as-of DAY | --from DAY [--to DAY]]"
		" [--series FILE] [--ledger FILE] [--incidents FILE] [--aliases FILE] "
		"[--currency HOME] [--resume FILE] "
		"[--summary FILE]"
		" < metrics",
	.options =
	    "  -r, --rules FILE    what to look for: the \"detect\" section\n"
	    "  -d, --deals FILE    the deals that the metrics were counted from\n"
	    "  -a, --as-of DAY     findings that live that day; else the last there is\n"
	    "  -f, --from DAY      a backtest instead: findings on the day each opened,\n"
	    "  -t, --to DAY        ... from one day to the other\n"
	    "  -s, --series FILE   metrics of any kind, a value each: what of them is unusual\n"
	    "  -l, --ledger FILE   every segment that was tried, and what came of it\n"
	    "  -i, --incidents FILE  changes of win rates that were told, to their end\n"
	    "  -A, --aliases FILE    renames, so that the ids of incidents outlive them\n"
	    "  -H, --currency HOME   amounts of deals in others are left out\n"
	    "  -R, --resume FILE   a cache of the replay, to go on from if it fits the deals\n"
	    "  -S, --summary FILE  counts of records\n",
};

static void
check(struct options *opts)
{
	if (opts->rules == NULL || opts->deals == NULL || opts->from > opts->to
	    || (opts->backtest && (opts->as_of != INT32_MAX || opts->resume != NULL)))
		diag_misuse(&usage);
	if (opts->backtest)
		opts->as_of = opts->to;
}

static struct options
parse_options(int argc, char *argv[])
{
	static const struct option longopts[] = {
		{ "rules", required_argument, NULL, 'r' },
		{ "deals", required_argument, NULL, 'd' },
		{ "as-of", required_argument, NULL, 'a' },
		{ "from", required_argument, NULL, 'f' },
		{ "to", required_argument, NULL, 't' },
		{ "series", required_argument, NULL, 's' },
		{ "ledger", required_argument, NULL, 'l' },
		{ "incidents", required_argument, NULL, 'i' },
		{ "aliases", required_argument, NULL, 'A' },
		{ "currency", required_argument, NULL, 'H' },
		{ "resume", required_argument, NULL, 'R' },
		{ "summary", required_argument, NULL, 'S' },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },
		{ 0 },
	};
	struct options opts = { .as_of = INT32_MAX, .from = INT32_MIN, .to = INT32_MAX };
	int opt;

	while (
	    (opt = getopt_long(argc, argv, "r:d:a:f:t:s:l:i:A:H:R:S:hV", longopts, NULL)) != -1)
		switch (opt) {
		case 'r': opts.rules = optarg; break;
		case 'd': opts.deals = optarg; break;
		case 'a': opts.as_of = when_asked(optarg); break;
		case 'f': opts.from = when_asked(optarg), opts.backtest = true; break;
		case 't': opts.to = when_asked(optarg), opts.backtest = true; break;
		case 's': opts.series = optarg; break;
		case 'l': opts.ledger = optarg; break;
		case 'i': opts.incidents = optarg; break;
		case 'A': opts.aliases = optarg; break;
		case 'H': opts.currency = optarg; break;
		case 'R': opts.resume = optarg; break;
		case 'S': opts.summary = optarg; break;
		case 'V': diag_version();
		case 'h': diag_help(&usage);
		default: diag_misuse(&usage);
		}
	if (optind < argc)
		diag_misuse(&usage);
	check(&opts);
	return opts;
}

int
main(int argc, char *argv[])
{
	diag_name(argv[0]);

	struct options opts = parse_options(argc, argv);

	detect(&opts);
	return EX_OK;
}
