#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "diag.h"
#include "file.h"
#include "lots.h"
#include "rec.h"
#include "rec_out.h"
#include "summary.h"
#include "when.h"

struct options {
	const char *summary;
	uint64_t seed;
	int32_t (*period)(int32_t day);
};

struct columns {
	size_t id, outcome, recorded, closed;
};

static struct columns
columns_of(struct rec_in *in)
{
	return (struct columns){
		.id = rec_want(in, "deal_id"),
		.outcome = rec_want(in, "outcome"),
		.recorded = rec_want(in, "recorded_at"),
		.closed = rec_want(in, "closed_date"),
	};
}

static bool
is_decided(const struct rec *deal, const struct columns *columns)
{
	struct span outcome = rec_text(deal, columns->outcome);

	return span_is(outcome, "won") || span_is(outcome, "lost");
}

/* The day on which the outcome was known. */
static int32_t
day_of(const struct rec *deal, const struct columns *columns)
{
	bool told = !rec_is_missing(deal, columns->recorded);
	struct span text = rec_text(deal, told ? columns->recorded : columns->closed);
	int32_t day;

	if (text.len == 0)
		die(EX_DATAERR, "stdin:%zu: decided without recorded_at or closed_date",
		    deal->number);
	if (text.len > WHEN_DAY_LEN)
		text.len = WHEN_DAY_LEN;
	if (!when_day(text, &day))
		die(EX_DATAERR, "stdin:%zu: %.*s is no day", deal->number, (int)text.len,
		    text.at);
	return day;
}

/* Deals wait in a file, since none can be told before all of its period have come. */
static uint64_t
gather(struct lots *lots, const struct options *opts, struct rec_out *spool)
{
	struct rec_in *in = rec_from(STDIN_FILENO, "stdin");
	struct columns columns = columns_of(in);
	const struct rec *deal;
	uint64_t count = 0;

	for (; (deal = rec_next(in)) != NULL; count++) {
		rec_pass(spool, deal);
		if (rec_is_missing(deal, columns.id))
			die(EX_DATAERR, "stdin:%zu: no deal_id", deal->number);
		if (is_decided(deal, &columns))
			lots_enter(lots, opts->period(day_of(deal, &columns)),
			    rec_text(deal, columns.id),
			    span_is(rec_text(deal, columns.outcome), "won"));
	}
	rec_close(in);
	rec_finish(spool);
	return count;
}

static void
tell(const struct rec *deal, struct span outcome, bool won, struct rec_out *out)
{
	if (span_is(outcome, won ? "won" : "lost")) {
		rec_pass(out, deal);
		return;
	}
	rec_begin(out, deal);
	rec_put_text(out, span("outcome"), span(won ? "won" : "lost"));
	rec_end(out);
}

static void
shuffle(const struct options *opts)
{
	struct rec_out *out = rec_to(STDOUT_FILENO, "stdout");
	struct lots *lots = lots_new(opts->seed);
	int fd = file_temp();
	uint64_t count = gather(lots, opts, rec_to(file_again(fd), file_temp_place()));
	struct summary sum = { .stage = "shuffle", .in = count, .out = count };

	if (lseek(fd, 0, SEEK_SET) != 0)
		die_errno(EX_IOERR, "%s", file_temp_place());
	struct rec_in *in = rec_from(fd, file_temp_place());
	struct columns columns = columns_of(in);
	const struct rec *deal;
	uint64_t entry = 0;

	lots_draw(lots);
	while ((deal = rec_next(in)) != NULL)
		if (is_decided(deal, &columns))
			tell(deal, rec_text(deal, columns.outcome), lots_won(lots, entry++),
			    out);
		else
			rec_pass(out, deal);
	summary_finish(opts->summary, &sum, out, NULL);
	rec_close(in);
	lots_free(lots);
}

static const struct usage usage = {
	.example = "saleswatch shuffle --seed 1 < deals",
	.line = "shuffle [--seed N] [--within week|month] [--summary FILE] < deals",
	.options =
	    "  -s, --seed N        another number, another shuffle (1)\n"
	    "  -w, --within WHAT   deals whose outcomes were recorded in the same week, or\n"
	    "                      month, trade them (week)\n"
	    "  -S, --summary FILE  counts of records\n",
};

static uint64_t
seed_of(const char *text)
{
	char *end;
	unsigned long long seed = strtoull(text, &end, 10);

	if (*text < '0' || *text > '9' || *end != '\0')
		die(EX_USAGE, "--seed %s: must be a whole number", text);
	return seed;
}

static int32_t (*period_named(const char *name))(int32_t)
{
	if (strcmp(name, "week") == 0)
		return when_week;
	if (strcmp(name, "month") == 0)
		return when_month;
	die(EX_USAGE, "--within %s: must be week or month", name);
}

static struct options
parse_options(int argc, char *argv[])
{
	static const struct option longopts[] = {
		{ "seed", required_argument, NULL, 's' },
		{ "within", required_argument, NULL, 'w' },
		{ "summary", required_argument, NULL, 'S' },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },
		{ 0 },
	};
	struct options opts = { .seed = 1, .period = when_week };
	int opt;

	while ((opt = getopt_long(argc, argv, "s:w:S:hV", longopts, NULL)) != -1)
		switch (opt) {
		case 's': opts.seed = seed_of(optarg); break;
		case 'w': opts.period = period_named(optarg); break;
		case 'S': opts.summary = optarg; break;
		case 'V': diag_version();
		case 'h': diag_help(&usage);
		default: diag_misuse(&usage);
		}
	if (optind < argc)
		diag_misuse(&usage);
	return opts;
}

int
main(int argc, char *argv[])
{
	diag_name(argv[0]);

	struct options opts = parse_options(argc, argv);

	shuffle(&opts);
	return EX_OK;
}
