#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "diag.h"
#include "episodes.h"
#include "insights.h"
#include "ledger.h"
#include "mem.h"
#include "rec.h"
#include "rec_out.h"
#include "reps.h"
#include "summary.h"
#include "when.h"

enum { REFIT = 28, REVIEW = 7, ENOUGH = 150 }; /* days */

struct options {
	const char *rules, *deals, *ledger, *summary;
	int32_t as_of, from, to; /* of the calendar; as_of INT32_MAX: the last there is */
	bool backtest;
};

struct watch {
	struct rules rules;
	struct metrics metrics;
	struct deals deals;
	struct segments segments;
	struct scan scan;
	struct episodes episodes;
	struct reps reps;
	struct insights insights;
	int32_t days; /* to be looked at, from scan.first on */
	size_t deal; /* the next to be recorded */
	struct rec_out *out;
	uint64_t written;
};

static void
write_finding(struct watch *watch, struct finding *finding)
{
	finding->evaluated = (size_t)(finding->day - watch->scan.first + 1);
	finding_write(watch->out, &watch->segments, finding);
	watch->written++;
}

/* What a segment is compared with: deals before the window that no episode explains. */
static struct counts
usual_counts(const struct watch *watch, const struct episode *episode, int32_t before)
{
	int32_t until = watch->scan.first + episode->from;
	size_t end = deals_from(&watch->deals, before < until ? before : until);
	struct counts counts = { 0, 0 };

	for (size_t i = deals_from(&watch->deals, before - SCAN_HISTORY); i < end; i++)
		if (watch->scan.shift[i] == 0
		    && segments_has(&watch->segments, episode->segment, i)) {
			counts.won += watch->deals.at[i].won;
			counts.n++;
		}
	return counts;
}

static void
write_episode(struct watch *watch, const struct episode *episode, int32_t today)
{
	const struct surprise *surprise = &episode->surprise;
	int32_t day = watch->scan.first + today, from = day - surprise->days + 1;
	struct finding finding = {
		.type = episode->sign < 0 ? "win_rate_drop" : "win_rate_rise",
		.segment = episode->segment,
		.sign = episode->sign,
		.day = day,
		.opened = watch->scan.first + episode->opened,
		.from = from,
		.to = day,
		.z = surprise->z,
		.threshold = surprise->threshold,
		.tried = ledger_tried(&watch->scan, today),
	};

	finding.recent = evidence_counts(&watch->segments, episode->segment, from, day);
	finding.usual = usual_counts(watch, episode, from);
	finding.expected = finding.recent.won - surprise->lack;
	finding_rates(&finding);
	write_finding(watch, &finding);
}

/* The scan has said it of the same rep, with better evidence. */
static bool
is_scanned(const struct watch *watch, uint32_t segment, int sign)
{
	const struct episode *episode = episodes_of(&watch->episodes, segment);

	return episode != NULL && episode->told && episode->sign == sign;
}

static uint32_t
segment_of_rep(const struct watch *watch, size_t rep)
{
	for (uint32_t i = 0; i < watch->segments.count; i++)
		if (watch->segments.at[i].level == LEVEL_REP
		    && watch->segments.at[i].condition[0].value == rep)
			return i;
	return SEGMENT_NONE;
}

static void
write_rep(struct watch *watch, size_t rep, int32_t today)
{
	struct finding finding = reps_finding(&watch->reps, rep, watch->scan.first + today);

	finding.segment = segment_of_rep(watch, rep);
	if (finding.segment != SEGMENT_NONE
	    && !is_scanned(watch, finding.segment, finding.sign))
		write_finding(watch, &finding);
}

/* What opened today, or all that lives. */
static void
write_findings(struct watch *watch, int32_t today, bool opened)
{
	int32_t day = watch->scan.first + today;

	for (size_t i = 0; i < watch->episodes.count; i++) {
		const struct episode *episode = &watch->episodes.at[i];
		if (episode->live && episode->told && (!opened || episode->opened == today))
			write_episode(watch, episode, today);
	}
	for (size_t i = 0; i < watch->reps.count; i++)
		if (watch->reps.at[i].sign != 0 && (!opened || watch->reps.at[i].opened == day))
			write_rep(watch, i, today);
	for (size_t i = 0; i < watch->metrics.series; i++)
		if (watch->insights.at[i].live
		    && (!opened || watch->insights.at[i].opened == day)) {
			struct finding finding = insights_finding(&watch->insights, i, day);
			write_finding(watch, &finding);
		}
}

static void
look(struct watch *watch, int32_t today)
{
	struct scan *scan = &watch->scan;
	int32_t day = scan->first + today;

	if (today % REFIT == 0)
		scan_refit(scan, today);
	for (;
	     watch->deal < watch->deals.decided && watch->deals.at[watch->deal].recorded == day;
	     watch->deal++) {
		scan_deal(scan, watch->deal);
	}
	scan_close(scan, today);
	episodes_day(&watch->episodes, today);
	insights_day(&watch->insights, day);
	if (when_week(day) == day)
		reps_review(&watch->reps, day);
}

/* The days from the first deal's month on, each with what was known by then. */
static void
replay(struct watch *watch, const struct options *opts)
{
	int32_t told = watch->deals.first + ENOUGH - watch->scan.first;

	for (int32_t today = 0; today < watch->days; today++) {
		int32_t day = watch->scan.first + today;
		look(watch, today);
		if (opts->backtest && today >= told && day >= opts->from)
			write_findings(watch, today, true);
	}
	if (!opts->backtest && watch->days > told) {
		reps_judge(&watch->reps, watch->scan.first + watch->days - 1);
		write_findings(watch, watch->days - 1, false);
	}
	if (watch->days <= told)
		warn("needs %d more weeks of recorded deals", (told - watch->days) / 7 + 1);
}

static void
sort_dimensions(struct metrics *metrics)
{
	uint32_t *now = mem_new(names_count(metrics->dimensions) + 1, sizeof *now);

	names_sort(metrics->dimensions, now);
	free(now);
}

static void
watch_make(struct watch *watch, const struct options *opts)
{
	struct rec_in *in = rec_from(STDIN_FILENO, "stdin");

	rules_read(&watch->rules, opts->rules);
	metrics_read(&watch->metrics, in, watch->rules.rep);
	rec_close(in);
	sort_dimensions(&watch->metrics);
	deals_read(&watch->deals, opts->deals, watch->metrics.dimensions, watch->rules.rep,
	    opts->as_of);
	segments_make(&watch->segments, &watch->deals);
	int32_t first = when_month(watch->deals.first);
	int32_t last = opts->as_of != INT32_MAX ? opts->as_of : watch->deals.last;
	watch->days = watch->deals.decided > 0 ? last - first + 1 : 0;
	scan_make(&watch->scan, &watch->segments, &watch->rules, watch->days);
	watch->scan.first = first;
	episodes_make(&watch->episodes, &watch->scan);
	reps_make(&watch->reps, &watch->segments, &watch->rules);
	insights_make(&watch->insights, &watch->segments, &watch->metrics, &watch->rules);
	watch->out = rec_to(STDOUT_FILENO, "stdout");
}

static void
watch_release(struct watch *watch)
{
	insights_release(&watch->insights);
	reps_release(&watch->reps);
	episodes_release(&watch->episodes);
	scan_release(&watch->scan);
	segments_release(&watch->segments);
	deals_release(&watch->deals);
	metrics_release(&watch->metrics);
	rules_release(&watch->rules);
}

static void
detect(const struct options *opts)
{
	struct watch watch = { .written = 0 };

	watch_make(&watch, opts);
	replay(&watch, opts);
	rec_finish(watch.out);
	ledger_write(opts->ledger, &watch.episodes, watch.days - 1);
	struct summary sum = { .stage = "detect",
		.in = watch.metrics.read,
		.out = watch.metrics.read,
		.written = watch.written };
	summary_write(opts->summary, &sum);
	watch_release(&watch);
}

static _Noreturn void
usage(int asked)
{
	static const char line[] =
	    "usage: detect --rules FILE --deals FILE [--as-of DAY | --from DAY [--to DAY]] "
	    "[--ledger FILE] [--summary FILE] < metrics\n";

	if (!asked) {
		fputs(line, stderr);
		exit(EX_USAGE);
	}
	fputs("example: aggregate < deals | "
	      "detect --rules pipelines/conf/rules.json --deals deals\n",
	    stdout);
	fputs(line, stdout);
	fputs("  -r, --rules FILE    what to look for: the \"detect\" section\n"
	      "  -d, --deals FILE    the deals that the metrics were counted from\n"
	      "  -a, --as-of DAY     findings that live that day; else the last there is\n"
	      "  -f, --from DAY      a backtest instead: findings on the day each opened,\n"
	      "  -t, --to DAY        ... from one day to the other\n"
	      "  -l, --ledger FILE   every segment that was tried, and what came of it\n"
	      "  -s, --summary FILE  counts of records\n"
	      "  -h, --help          this\n"
	      "  -V, --version       the version\n",
	    stdout);
	exit(EX_OK);
}

static int32_t
day_of(const char *text)
{
	int32_t day;

	if (!when_day(span(text), &day))
		die(EX_USAGE, "%s: no such day", text);
	return day;
}

static void
check(struct options *opts)
{
	if (opts->rules == NULL || opts->deals == NULL || opts->from > opts->to
	    || (opts->backtest && opts->as_of != INT32_MAX))
		usage(false);
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
		{ "ledger", required_argument, NULL, 'l' },
		{ "summary", required_argument, NULL, 's' },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },
		{ 0 },
	};
	struct options opts = { .as_of = INT32_MAX, .from = INT32_MIN, .to = INT32_MAX };
	int opt;

	while ((opt = getopt_long(argc, argv, "r:d:a:f:t:l:s:hV", longopts, NULL)) != -1)
		switch (opt) {
		case 'r': opts.rules = optarg; break;
		case 'd': opts.deals = optarg; break;
		case 'a': opts.as_of = day_of(optarg); break;
		case 'f': opts.from = day_of(optarg), opts.backtest = true; break;
		case 't': opts.to = day_of(optarg), opts.backtest = true; break;
		case 'l': opts.ledger = optarg; break;
		case 's': opts.summary = optarg; break;
		case 'V': diag_version();
		default: usage(opt == 'h');
		}
	if (optind < argc)
		usage(false);
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
