#include <getopt.h>
#include <stdlib.h>
#include <unistd.h>

#include "ask.h"
#include "conf.h"
#include "decide.h"
#include "diag.h"
#include "mem.h"
#include "office.h"
#include "post.h"
#include "rec_out.h"
#include "when.h"

static const struct usage usage = {
	.example = "saleswatch route --routes pipelines/conf/routes.json < alerts > deliveries",
	.line = "route --routes FILE [--conf FILE] [--told FILE] [--receipts FILE] [--feedback "
		"FILE] [--silences "
		"FILE]"
		" [--held FILE] [--waiting FILE] [--only RECEIVER] [--test LABELS [--expect "
		"RECEIVERS]]"
		" [--aliases FILE] [--roster FILE] [--summary FILE] < alerts",
	.options =
	    "  -r, --routes FILE      receivers, and the tree that leads to them "
	    "(routes.json)\n"
	    "  -c, --conf FILE        the company, for its time zone (saleswatch.json)\n"
	    "  -t, --told FILE        deliveries there were: what was told is not told again\n"
	    "  -R, --receipts FILE    what became of those: no reminder while one waits\n"
	    "  -f, --feedback FILE    answers: who is on it is reminded no more\n"
	    "  -s, --silences FILE    what nobody is to be told of for a while\n"
	    "  -H, --held FILE        write what is held back, and why\n"
	    "  -w, --waiting FILE     what --held wrote the last time: since when groups wait\n"
	    "  -o, --only RECEIVER    everything to this one, at once: a drill\n"
	    "  -T, --test LABELS      who would be told of "
	    "type=X,priority=P1,segment.region=Y\n"
	    "  -e, --expect RECEIVERS answer 0 if it is exactly these, else 1\n"
	    "  -a, --aliases FILE     renames: values that routes name go by their names now\n"
	    "  -p, --roster FILE      who manages which rep, beside \"reporting\"\n"
	    "  -S, --summary FILE     counts of records in, out and dropped, as JSON\n",
};

static struct options
parse_options(int argc, char *argv[])
{
	static const struct option longopts[] = {
		{ "routes", required_argument, NULL, 'r' },
		{ "conf", required_argument, NULL, 'c' },
		{ "told", required_argument, NULL, 't' },
		{ "receipts", required_argument, NULL, 'R' },
		{ "feedback", required_argument, NULL, 'f' },
		{ "silences", required_argument, NULL, 's' },
		{ "held", required_argument, NULL, 'H' },
		{ "waiting", required_argument, NULL, 'w' },
		{ "only", required_argument, NULL, 'o' },
		{ "test", required_argument, NULL, 'T' },
		{ "expect", required_argument, NULL, 'e' },
		{ "aliases", required_argument, NULL, 'a' },
		{ "roster", required_argument, NULL, 'p' },
		{ "summary", required_argument, NULL, 'S' },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },
		{ 0 },
	};
	struct options opts = { 0 };
	int opt;

	while ((opt = getopt_long(argc, argv, "r:c:t:R:f:s:H:w:o:T:e:a:p:S:hV", longopts, NULL))
	    != -1)
		switch (opt) {
		case 'r': opts.routes = optarg; break;
		case 'c': opts.conf = optarg; break;
		case 't': opts.told = optarg; break;
		case 'R': opts.receipts = optarg; break;
		case 'f': opts.feedback = optarg; break;
		case 's': opts.silences = optarg; break;
		case 'H': opts.held = optarg; break;
		case 'w': opts.waiting = optarg; break;
		case 'o': opts.only = optarg; break;
		case 'T': opts.test = optarg; break;
		case 'e': opts.expect = optarg; break;
		case 'a': opts.aliases = optarg; break;
		case 'p': opts.roster = optarg; break;
		case 'S': opts.summary = optarg; break;
		case 'h': diag_help(&usage);
		case 'V': diag_version();
		default: diag_misuse(&usage);
		}
	if (optind < argc || opts.routes == NULL || (opts.expect != NULL && opts.test == NULL))
		diag_misuse(&usage);
	return opts;
}

static void
look_at_mutes(struct office *office)
{
	const struct mutes *mutes = &office->routes->mutes;

	office->muted = mem_new(mutes->count + 1, sizeof *office->muted);
	for (size_t i = 0; i < mutes->count; i++)
		if (mutes_on(mutes, i, office->now))
			office->muted[i] = mutes_end(mutes, i, office->now);
}

static struct office
open_office(const struct options *opts, const char *zone)
{
	struct office office = { .opts = opts,
		.routes = routes_load(opts, zone),
		.zone = zone,
		.now = when_now(),
		.sum = { .stage = "route", .sums = true } };

	office.told = told_read(opts->told, opts->receipts,
	    office.now - (int64_t)office.routes->storm.minutes * 60);
	office.answers = answers_read(opts->feedback);
	office.silences = silences_read(opts->silences, office.now);
	office.held = held_open(opts->held, opts->waiting);
	look_at_mutes(&office);
	return office;
}

static void
close_office(struct office *office)
{
	for (size_t i = 0; i < office->tray_count; i++)
		for (size_t plan = 0; plan < PLANS; plan++)
			free(office->trays[i].items[plan]);
	free(office->trays);
	free(office->muted);
	free(office->picks.list);
	pool_free(office->pool);
	silences_free(office->silences);
	answers_free(office->answers);
	told_free(office->told);
	routes_free(office->routes);
}

static void
decide(struct office *office)
{
	if (office->opts->only != NULL) {
		decide_only(office, office->opts->only);
		return;
	}
	inhibit_learn(office->routes->inhibit, office->pool);
	for (size_t i = 0; i < office->pool->count; i++)
		decide_alert(office, &office->pool->alerts[i]);
	for (size_t i = 0; i < office->pool->fault_count; i++)
		decide_fault(office, &office->pool->faults[i]);
}

/* What holds back is written before what goes out, so that it is whole when that ends. */
static int
route(const struct options *opts, const char *zone)
{
	struct office office = open_office(opts, zone);

	office.pool = pool_read(STDIN_FILENO, "stdin", zone);
	office.out = rec_to(STDOUT_FILENO, "stdout");
	decide(&office);
	post_trays(&office);
	held_finish(office.held);
	office.sum.in = office.pool->read;
	office.sum.dropped = office.sum.in - office.sum.out;
	rec_finish(office.out);
	summary_write(opts->summary, &office.sum);
	close_office(&office);
	return EX_OK;
}

int
main(int argc, char *argv[])
{
	diag_name(argv[0]);

	struct options opts = parse_options(argc, argv);
	struct conf *conf = opts.conf != NULL ? conf_load(opts.conf) : NULL;
	const char *zone = conf != NULL ? conf_text(conf, "/zone", "UTC") : "UTC";
	int status = opts.test != NULL ? ask(&opts, zone) : route(&opts, zone);

	if (conf != NULL)
		conf_free(conf);
	return status;
}
