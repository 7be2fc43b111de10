#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "channel.h"
#include "check.h"
#include "conf.h"
#include "diag.h"
#include "mem.h"
#include "rec.h"
#include "rec_out.h"
#include "roster.h"
#include "shop.h"
#include "summary.h"
#include "view.h"
#include "whole.h"

struct options {
	const char *templates, *conf, *roster, *as, *report, *stale, *summary;
	bool check;
	struct report_sources sources;
};

/* The message in the form its channel carries. */
static json_t *
content(const struct press *press, const struct channel *channel, const struct message *message)
{
	char *body = channel->body(press, message);
	json_t *made = json_pack("{s:s, s:s}", "type", channel->type, "body", body);

	if (made == NULL)
		die(EX_CONFIG, "%s: the templates are not UTF-8", press->dir);
	free(body);
	return made;
}

static json_t *
read_delivery(const struct rec *line, const char *place)
{
	json_t *delivery = rec_object(line);

	if (strcmp(text_of(delivery, "kind"), "delivery") != 0)
		die(EX_DATAERR, "%s: no delivery; --as says how alerts are shown", place);
	shop_check(json_object_get(delivery, "alerts"), place);
	return delivery;
}

static void
put_content(struct rec_out *out, const struct rec *line, const char *subject, json_t *made)
{
	char *json = json_dumps(made, JSON_COMPACT);

	if (json == NULL)
		die(EX_OSERR, "content: out of memory");
	rec_begin(out, line);
	rec_put_text(out, span("subject"), span(subject));
	rec_put_json(out, span("content"), span(json));
	rec_end(out);
	free(json);
	json_decref(made);
}

static void
render_delivery(struct shop *shop, const struct rec *line, struct rec_out *out)
{
	char *place = mem_printf("stdin:%zu", line->number);
	json_t *delivery = read_delivery(line, place);
	const struct channel *channel = channel_of(delivery, place);
	json_t *record = channel->as_it_came ? json_deep_copy(delivery) : NULL;
	bool pictures = channel->pictures && shop_reports(shop, delivery);
	json_t *view = shop_view(shop, delivery);

	if (pictures)
		shop_charts(shop, view);
	char *subject = message_subject(&shop->press, view, place);
	struct message message = { view, record, subject, place };
	view_text(view, "subject", mem_copy(subject, strlen(subject)));
	put_content(out, line, subject, content(&shop->press, channel, &message));
	free(subject);
	free(place);
	json_decref(view);
	json_decref(record);
	json_decref(delivery);
}

static void
render_deliveries(struct shop *shop, struct rec_in *in, struct summary *sum)
{
	struct rec_out *out = rec_to(STDOUT_FILENO, "stdout");
	const struct rec *line;

	rec_tie(in, out);
	while ((line = rec_next(in)) != NULL) {
		render_delivery(shop, line, out);
		sum->in++;
		sum->out++;
	}
	rec_finish(out);
}

static void
render(struct shop *shop, const struct options *opts)
{
	struct rec_in *in = rec_from(STDIN_FILENO, "stdin");
	struct summary sum = { .stage = "render" };

	if (opts->as == NULL)
		render_deliveries(shop, in, &sum);
	else
		whole_write(shop, in, opts->as, &opts->sources, &sum);
	rec_close(in);
	summary_write(opts->summary, &sum);
}

static const struct usage usage = {
	.example = "saleswatch render --templates pipelines/templates --as text < alerts",
	.line =
	    "render --templates DIR [--conf FILE] [--roster FILE] [--check] [--as "
	    "text|mail|html|table|report]"
	    " [--report FILE] [--stale FILE] [--segment JSON]"
	    " [--metrics FILE] [--drivers FILE] [--measures FILE] [--ledger FILE --deals FILE]"
	    " [--population FILE] [--rejects FILE]... [--quality FILE]... [--summary FILE] < "
	    "records",
	.options =
	    "  -t, --templates DIR   where the templates are\n"
	    "  -c, --conf FILE       the company: its name, currency, display names, mail\n"
	    "  -n, --roster FILE     names of reps to show (roster.json)\n"
	    "  -a, --as FORMAT       the alerts as text, one mail, a page of HTML, a table, "
	    "or\n"
	    "                        the record of a report; without it deliveries get their\n"
	    "                        subject and content\n"
	    "  -R, --report FILE     that record: what weekly mails, pages and texts say\n"
	    "  -o, --stale FILE      since when data are too old, if they are\n"
	    "report and html, of what the parts of a report are made:\n"
	    "  -s, --segment JSON    the segment that all of it is about\n"
	    "  -m, --metrics FILE    metrics: its trend and segments\n"
	    "  -p, --population FILE the summary of sift: what does not count\n"
	    "  -M, --measures FILE   measures: its pipeline\n"
	    "  -l, --ledger FILE     what detect looked at, for what it could not see\n"
	    "  -d, --deals FILE      the deals that the ledger is of\n"
	    "  -D, --drivers FILE    what moved the win rate, from drivers; for text too\n"
	    "  -r, --rejects FILE    what was refused; may be given again\n"
	    "  -q, --quality FILE    what quality found, night by night; may be given again\n"
	    "  -C, --check           only say whether all templates and the mail settings are "
	    "good\n"
	    "  -S, --summary FILE    write what came in and went out\n",
};

static struct options
parse_options(int argc, char *argv[])
{
	static const struct option longopts[] = {
		{ "templates", required_argument, NULL, 't' },
		{ "conf", required_argument, NULL, 'c' },
		{ "roster", required_argument, NULL, 'n' },
		{ "as", required_argument, NULL, 'a' },
		{ "metrics", required_argument, NULL, 'm' },
		{ "population", required_argument, NULL, 'p' },
		{ "measures", required_argument, NULL, 'M' },
		{ "ledger", required_argument, NULL, 'l' },
		{ "deals", required_argument, NULL, 'd' },
		{ "drivers", required_argument, NULL, 'D' },
		{ "rejects", required_argument, NULL, 'r' },
		{ "quality", required_argument, NULL, 'q' },
		{ "report", required_argument, NULL, 'R' },
		{ "segment", required_argument, NULL, 's' },
		{ "stale", required_argument, NULL, 'o' },
		{ "check", no_argument, NULL, 'C' },
		{ "summary", required_argument, NULL, 'S' },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },
		{ 0 },
	};
	struct options opts = { .sources = { .rejects = mem_new((size_t)argc, sizeof(char *)),
				    .checked = mem_new((size_t)argc, sizeof(char *)) } };
	int opt;

	while ((opt = getopt_long(
		    argc, argv, "t:c:n:a:m:D:M:l:d:p:r:q:R:s:o:CS:hV", longopts, NULL))
	    != -1)
		switch (opt) {
		case 't': opts.templates = optarg; break;
		case 'c': opts.conf = optarg; break;
		case 'n': opts.roster = optarg; break;
		case 'a': opts.as = optarg; break;
		case 'm': opts.sources.metrics = optarg; break;
		case 'p': opts.sources.population = optarg; break;
		case 'M': opts.sources.measures = optarg; break;
		case 'l': opts.sources.ledger = optarg; break;
		case 'd': opts.sources.deals = optarg; break;
		case 'D': opts.sources.drivers = optarg; break;
		case 'r': opts.sources.rejects[opts.sources.reject_files++] = optarg; break;
		case 'q': opts.sources.checked[opts.sources.checked_files++] = optarg; break;
		case 'R': opts.report = optarg; break;
		case 's': opts.sources.segment = optarg; break;
		case 'o': opts.stale = optarg; break;
		case 'C': opts.check = true; break;
		case 'S': opts.summary = optarg; break;
		case 'V': diag_version();
		case 'h': diag_help(&usage);
		default: diag_misuse(&usage);
		}
	if (optind < argc || opts.templates == NULL
	    || (opts.sources.ledger == NULL) != (opts.sources.deals == NULL))
		diag_misuse(&usage);
	if (opts.as != NULL)
		whole_known(opts.as);
	return opts;
}

static struct conf *
company(const char *path, const struct roster *roster)
{
	struct conf *conf = path != NULL ? conf_load(path) : NULL;

	if (conf != NULL)
		roster_show(roster, conf_root(conf));
	return conf;
}

int
main(int argc, char *argv[])
{
	diag_name(argv[0]);

	struct options opts = parse_options(argc, argv);
	struct roster *roster = roster_load(opts.roster);
	struct conf *conf = company(opts.conf, roster);
	struct shop shop = shop_open(opts.templates, conf, opts.report, opts.stale);

	if (opts.check)
		check_templates(opts.templates);
	else
		render(&shop, &opts);
	shop_close(&shop);
	if (conf != NULL)
		conf_free(conf);
	roster_free(roster);
	free(opts.sources.rejects);
	free(opts.sources.checked);
	return EX_OK;
}
