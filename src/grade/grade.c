#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "diag.h"
#include "placebo.h"
#include "rec.h"
#include "rec_out.h"
#include "summary.h"
#include "when.h"

enum { COPIES_MAX = 100000 };

struct options {
	const char *truth, *deals, *ledger, *summary;
	struct period period; /* what was not given: INT32_MIN, INT32_MAX */
	int copies;
};

static bool
has_limits(const struct options *opts)
{
	return opts->period.from != INT32_MIN || opts->period.to != INT32_MAX;
}

/* What was asked for, else what the truth speaks of, else what there are alerts of. */
static struct period
period_of(const struct options *opts, const struct truth *truth, const struct alerts *alerts)
{
	struct period period = { INT32_MAX, INT32_MIN };

	for (size_t i = 0; i < alerts->count; i++) {
		int32_t day = alerts->list[i].day;
		period.from = day < period.from ? day : period.from;
		period.to = day > period.to ? day : period.to;
	}
	if (truth != NULL)
		period = (struct period){ truth->from, truth->to };
	if (opts->period.from != INT32_MIN)
		period.from = opts->period.from;
	if (opts->period.to != INT32_MAX)
		period.to = opts->period.to;
	return period;
}

static void
write_score(const struct options *opts, const struct period *period, struct truth *truth,
    struct alerts *alerts, struct rec_out *out)
{
	json_t *record = score_record("score", period);

	if (truth != NULL && has_limits(opts))
		truth_limit(truth, period->from, period->to);
	if (truth != NULL && opts->deals != NULL)
		truth_weigh(truth, opts->deals);
	if (truth != NULL)
		alerts_judge(alerts, truth);
	if (opts->ledger != NULL)
		score_ledger(record, opts->ledger);
	score_add(record, alerts, truth, period);
	rec_dump(out, record);
	json_decref(record);
}

static void
grade(const struct options *opts)
{
	struct rec_in *in = rec_from(STDIN_FILENO, "stdin");
	struct rec_out *out = rec_to(STDOUT_FILENO, "stdout");
	struct truth planted = { 0 }, *truth = opts->truth != NULL ? &planted : NULL;
	struct alerts alerts = { 0 };
	struct summary sum = { .stage = "grade", .sums = true };

	if (truth != NULL)
		truth_read(truth, opts->truth);
	alerts_read(&alerts, in);
	struct period period = period_of(opts, truth, &alerts);
	if (period.from <= period.to) {
		alerts_limit(&alerts, period.from, period.to);
		if (opts->copies > 0)
			placebo_write(&alerts, &period, opts->copies, out);
		else
			write_score(opts, &period, truth, &alerts, out);
		sum.written = opts->copies > 0 ? (uint64_t)opts->copies + 1 : 1;
	}
	rec_finish(out);
	sum.in = sum.out = alerts.read;
	summary_write(opts->summary, &sum);
	alerts_release(&alerts);
	truth_release(&planted);
	rec_close(in);
}

static const struct usage usage = {
	.example = "saleswatch grade --truth truth.json < findings",
	.line = "grade [--truth FILE] [--from DAY] [--to DAY] [--deals FILE] [--ledger FILE]"
		" [--copies N] [--summary FILE] < findings",
	.options =
	    "  -t, --truth FILE    what was planted; without it alerts are only counted\n"
	    "  -f, --from DAY      the first day that counts; else the truth's, else an\n"
	    "                      alert's\n"
	    "  -T, --to DAY        the last\n"
	    "  -d, --deals FILE    the deals, to weigh events by what was at stake\n"
	    "  -l, --ledger FILE   what detect looked at\n"
	    "  -c, --copies N      the alerts are of N runs on shuffled outcomes: a placebo\n"
	    "  -S, --summary FILE  counts of records\n",
};

static int
copies_of(const char *text)
{
	char *end;
	long copies = strtol(text, &end, 10);

	if (*end != '\0' || copies < 1 || copies > COPIES_MAX)
		die(EX_USAGE, "--copies %s: must be 1 to %d", text, COPIES_MAX);
	return (int)copies;
}

static struct options
parse_options(int argc, char *argv[])
{
	static const struct option longopts[] = {
		{ "truth", required_argument, NULL, 't' },
		{ "from", required_argument, NULL, 'f' },
		{ "to", required_argument, NULL, 'T' },
		{ "deals", required_argument, NULL, 'd' },
		{ "ledger", required_argument, NULL, 'l' },
		{ "copies", required_argument, NULL, 'c' },
		{ "summary", required_argument, NULL, 'S' },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },
		{ 0 },
	};
	struct options opts = { .period = { INT32_MIN, INT32_MAX } };
	int opt;

	while ((opt = getopt_long(argc, argv, "t:f:T:d:l:c:S:hV", longopts, NULL)) != -1)
		switch (opt) {
		case 't': opts.truth = optarg; break;
		case 'f': opts.period.from = when_asked(optarg); break;
		case 'T': opts.period.to = when_asked(optarg); break;
		case 'd': opts.deals = optarg; break;
		case 'l': opts.ledger = optarg; break;
		case 'c': opts.copies = copies_of(optarg); break;
		case 'S': opts.summary = optarg; break;
		case 'V': diag_version();
		case 'h': diag_help(&usage);
		default: diag_misuse(&usage);
		}
	if (optind < argc || opts.period.from > opts.period.to
	    || (opts.copies > 0 && opts.truth != NULL))
		diag_misuse(&usage);
	return opts;
}

int
main(int argc, char *argv[])
{
	diag_name(argv[0]);

	struct options opts = parse_options(argc, argv);

	grade(&opts);
	return EX_OK;
}
