#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "answer.h"
#include "diag.h"
#include "map.h"
#include "mem.h"
#include "rec_out.h"
#include "when.h"
#include "why.h"

enum { DIMENSIONS = 24, WEEKS_OF_DAYS = 28 };

struct options {
	const char *before, *after, *at, *days, *findings, *map, *clock, *direction, *summary;
	const char *by[DIMENSIONS];
	size_t by_count;
	struct question question;
};

/* What deals are told apart by: dimensions first, then what else the segment asks for. */
struct fields {
	struct map *map;
	const char *name[DIMENSIONS + CONDITIONS];
	size_t dimensions, count;
};

static bool
has_field(const struct fields *fields, const char *name)
{
	for (size_t i = 0; i < fields->count; i++)
		if (strcmp(fields->name[i], name) == 0)
			return true;
	return false;
}

static struct fields
fields_of(const struct options *opts)
{
	struct fields fields = { .map = map_load(opts->map), .dimensions = opts->by_count };
	const char *const *names = opts->by;

	if (opts->by_count == 0)
		names = map_dimensions(fields.map, &fields.dimensions);
	if (fields.dimensions > DIMENSIONS)
		die(EX_CONFIG, "%s: more than %d dimensions", opts->map, DIMENSIONS);
	for (size_t i = 0; i < fields.dimensions; i++)
		fields.name[fields.count++] = names[i];
	for (size_t i = 0; i < opts->question.conditions; i++)
		if (!has_field(&fields, opts->question.condition[i].field))
			fields.name[fields.count++] = opts->question.condition[i].field;
	return fields;
}

static void
tell_empty(const struct options *opts, const char *which, struct period period)
{
	char from[WHEN_DAY_LEN], to[WHEN_DAY_LEN];

	when_text(period.from, from);
	when_text(period.to, to);
	if (opts->at == NULL)
		die(EX_DATAERR, "%s, %.10s..%.10s: no deal of these was %s then", which, from,
		    to, clock_name(opts->question.clock));
	warn("%s, %.10s..%.10s: no deal of these was %s then: nothing to compare", which, from,
	    to, clock_name(opts->question.clock));
}

static size_t
compare(const struct options *opts, const struct deals *deals, size_t dimensions,
    struct rec_out *out)
{
	const struct question *question = &opts->question;
	struct frame frame;
	size_t written = 0;

	frame_make(&frame, deals, question, dimensions);
	if (frame.total.n[BEFORE] == 0)
		tell_empty(opts, "before", question->before);
	else if (frame.total.n[AFTER] == 0)
		tell_empty(opts, "after", question->after);
	else
		written = answer_write(out, &frame, question);
	frame_release(&frame);
	return written;
}

static void
drivers(const struct options *opts, struct rec_in *in, struct rec_out *out)
{
	struct summary sum = { .stage = "drivers", .sums = true };
	struct fields fields = fields_of(opts);
	struct deals deals;

	deals_read(&deals, in, fields.name, fields.count, &sum);
	if (opts->findings != NULL)
		sum.written = why_write(out, opts->findings, &deals, fields.dimensions);
	else if (sum.in > 0)
		sum.written = compare(opts, &deals, fields.dimensions, out);
	summary_finish(opts->summary, &sum, out, NULL);
	deals_release(&deals);
	map_free(fields.map);
}

static const struct usage usage = {
	.example = "saleswatch drivers --at 2024-04-07 --days 28 < deals",
	.line = "drivers --before PERIOD --after PERIOD | --at DAY [--days N] | --findings FILE"
		" [--by DIMENSION]... [--map MAP] [--segment CONDITIONS] [--clock CLOCK]"
		" [--direction WAY] [--summary FILE] < deals",
	.options =
	    "  -b, --before PERIOD       FROM..TO, two days, both in it\n"
	    "  -a, --after PERIOD        what is compared with it\n"
	    "  -A, --at DAY              or: the days up to that one, against the year before\n"
	    "                            them\n"
	    "  -n, --days N              ... so many; 28\n"
	    "  -f, --findings FILE       or: findings on win rates, each with its why\n"
	    "  -B, --by DIMENSION        a field of the deals; again for each more\n"
	    "  -m, --map MAP             else the dimensions of a map\n"
	    "  -s, --segment CONDITIONS  of these deals only: region=Europe,product_type=Pro\n"
	    "  -c, --clock CLOCK         a deal counts when it was recorded, closed or "
	    "created;\n"
	    "                            recorded\n"
	    "  -d, --direction WAY       the shift to look for: down or up; either\n"
	    "  -S, --summary FILE        counts of records\n",
};

static void
add_dimension(struct options *opts, const char *name)
{
	if (opts->by_count == DIMENSIONS)
		die(EX_USAGE, "--by: more than %d times", DIMENSIONS);
	for (size_t i = 0; i < opts->by_count; i++)
		if (strcmp(opts->by[i], name) == 0)
			die(EX_USAGE, "--by %s: twice", name);
	if (*name == '\0')
		die(EX_USAGE, "--by: no name");
	opts->by[opts->by_count++] = name;
}

static void
set_window(struct options *opts)
{
	char *end = NULL;
	long days = opts->days != NULL ? strtol(opts->days, &end, 10) : WEEKS_OF_DAYS;
	int32_t last;

	if (!when_day(span(opts->at), &last))
		die(EX_USAGE, "--at %s: no such day", opts->at);
	if (days < 1 || days > YEAR || (end != NULL && *end != '\0'))
		die(EX_USAGE, "--days %s: a number from 1 to %d", opts->days, YEAR);
	question_window(&opts->question, last, (int32_t)days);
}

static void
set_periods(struct options *opts)
{
	opts->question.before = question_period(opts->before);
	opts->question.after = question_period(opts->after);
	if (opts->question.before.to >= opts->question.after.from
	    && opts->question.after.to >= opts->question.before.from)
		die(EX_USAGE, "--before %s and --after %s: have days in common", opts->before,
		    opts->after);
}

static void
set_form(struct options *opts)
{
	const char *way = opts->direction;

	opts->question.known = INT32_MAX;
	if (opts->clock != NULL && !clock_named(opts->clock, &opts->question.clock))
		die(EX_USAGE, "--clock %s: must be recorded, closed or created", opts->clock);
	if (way != NULL)
		opts->question.direction = strcmp(way, "up") == 0 ? 1
		    : strcmp(way, "down") == 0                    ? -1
								  : 2;
	if (opts->question.direction == 2)
		die(EX_USAGE, "--direction %s: must be down or up", way);
}

static void
check(struct options *opts)
{
	int asked = (opts->before != NULL || opts->after != NULL) + (opts->at != NULL)
	    + (opts->findings != NULL);

	if (asked != 1 || (opts->before == NULL) != (opts->after == NULL)
	    || (opts->days != NULL && opts->at == NULL))
		diag_misuse(&usage);
	if (opts->by_count > 0 && opts->map != NULL)
		die(EX_USAGE, "--by and --map: one or the other says what the dimensions are");
	if (opts->findings != NULL
	    && (opts->question.conditions > 0 || opts->clock != NULL
		|| opts->direction != NULL))
		die(EX_USAGE,
		    "--findings: they have their segments, clocks and directions already");
	set_form(opts);
	if (opts->at != NULL)
		set_window(opts);
	if (opts->before != NULL)
		set_periods(opts);
}

static struct options
parse_options(int argc, char *argv[])
{
	static const struct option longopts[] = {
		{ "before", required_argument, NULL, 'b' },
		{ "after", required_argument, NULL, 'a' },
		{ "at", required_argument, NULL, 'A' },
		{ "days", required_argument, NULL, 'n' },
		{ "findings", required_argument, NULL, 'f' },
		{ "by", required_argument, NULL, 'B' },
		{ "map", required_argument, NULL, 'm' },
		{ "segment", required_argument, NULL, 's' },
		{ "clock", required_argument, NULL, 'c' },
		{ "direction", required_argument, NULL, 'd' },
		{ "summary", required_argument, NULL, 'S' },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },
		{ 0 },
	};
	struct options opts = { 0 };
	int opt;

	while (
	    (opt = getopt_long(argc, argv, "b:a:A:n:f:B:m:s:c:d:S:hV", longopts, NULL)) != -1)
		switch (opt) {
		case 'b': opts.before = optarg; break;
		case 'a': opts.after = optarg; break;
		case 'A': opts.at = optarg; break;
		case 'n': opts.days = optarg; break;
		case 'f': opts.findings = optarg; break;
		case 'B': add_dimension(&opts, optarg); break;
		case 'm': opts.map = optarg; break;
		case 's': question_conditions(&opts.question, optarg); break;
		case 'c': opts.clock = optarg; break;
		case 'd': opts.direction = optarg; break;
		case 'S': opts.summary = optarg; break;
		case 'h': diag_help(&usage);
		case 'V': diag_version();
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
	struct rec_in *in = rec_from(STDIN_FILENO, "stdin");
	struct rec_out *out = rec_to(STDOUT_FILENO, "stdout");

	drivers(&opts, in, out);
	rec_close(in);
	question_release(&opts.question);
	return EX_OK;
}
