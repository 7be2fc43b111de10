#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "conf.h"
#include "diag.h"
#include "mem.h"
#include "message.h"
#include "rec.h"
#include "rec_out.h"
#include "shop.h"
#include "summary.h"
#include "whole.h"

struct options {
	const char *templates, *conf, *as, *report, *stale, *summary;
	struct report_sources sources;
};

static const char *
text_of(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	return text != NULL ? text : "";
}

static bool
is_terminal(const json_t *delivery)
{
	return strcmp(text_of(delivery, "channel"), "terminal") == 0;
}

/* The message in the form its channel carries. */
static json_t *
content(const struct press *press, const json_t *delivery, const json_t *view,
    const char *subject, const char *place)
{
	bool text = is_terminal(delivery);
	char *body =
	    text ? message_text(press, view, place) : message_mail(press, view, subject, place);
	json_t *made = json_pack(
	    "{s:s, s:s}", "type", text ? "text/plain" : "message/rfc822", "body", body);

	free(body);
	if (made == NULL)
		die(EX_OSERR, "content: out of memory");
	return made;
}

static void
render_delivery(struct shop *shop, const struct rec *line, struct rec_out *out)
{
	const struct press *press = &shop->press;
	char *place = mem_printf("stdin:%zu", line->number);
	json_t *delivery = rec_object(line);

	if (strcmp(text_of(delivery, "kind"), "delivery") != 0)
		die(EX_DATAERR, "%s: no delivery; --as says how alerts are shown", place);
	shop_check(json_object_get(delivery, "alerts"), place);
	json_t *view = shop_view(shop, delivery);
	if (shop_reports(shop, delivery) && !is_terminal(delivery))
		shop_charts(shop, view);
	char *subject = message_subject(press, view, place);
	json_t *made = content(press, delivery, view, subject, place);
	size_t len;
	char *json = rec_json(made, &len);

	rec_begin(out, line);
	rec_put_text(out, span("subject"), span(subject));
	rec_put_json(out, span("content"), (struct span){ json, len });
	rec_end(out);
	free(json);
	free(subject);
	free(place);
	json_decref(made);
	json_decref(view);
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

static const struct usage usage = {
	.example = "saleswatch render --templates pipelines/templates --as text < alerts",
	.line =
	    "render --templates DIR [--conf FILE] [--as text|mail|html|table|report]"
	    " [--report FILE] [--stale FILE] [--segment JSON]"
	    " [--metrics FILE] [--drivers FILE] [--measures FILE] [--ledger FILE --deals FILE]"
	    " [--population FILE] [--rejects FILE]... [--summary FILE] < records",
	.options =
	    "  -t, --templates DIR   where the templates are\n"
	    "  -c, --conf FILE       the company: its name, currency, display names, mail\n"
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
	    "  -S, --summary FILE    write what came in and went out\n",
};

static struct options
parse_options(int argc, char *argv[])
{
	static const struct option longopts[] = {
		{ "templates", required_argument, NULL, 't' },
		{ "conf", required_argument, NULL, 'c' },
		{ "as", required_argument, NULL, 'a' },
		{ "metrics", required_argument, NULL, 'm' },
		{ "population", required_argument, NULL, 'p' },
		{ "measures", required_argument, NULL, 'M' },
		{ "ledger", required_argument, NULL, 'l' },
		{ "deals", required_argument, NULL, 'd' },
		{ "drivers", required_argument, NULL, 'D' },
		{ "rejects", required_argument, NULL, 'r' },
		{ "report", required_argument, NULL, 'R' },
		{ "segment", required_argument, NULL, 's' },
		{ "stale", required_argument, NULL, 'o' },
		{ "summary", required_argument, NULL, 'S' },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },
		{ 0 },
	};
	struct options opts = { .sources.rejects = mem_new((size_t)argc, sizeof(char *)) };
	int opt;

	while ((opt = getopt_long(argc, argv, "t:c:a:m:D:M:l:d:p:r:R:s:o:S:hV", longopts, NULL))
	    != -1)
		switch (opt) {
		case 't': opts.templates = optarg; break;
		case 'c': opts.conf = optarg; break;
		case 'a': opts.as = optarg; break;
		case 'm': opts.sources.metrics = optarg; break;
		case 'p': opts.sources.population = optarg; break;
		case 'M': opts.sources.measures = optarg; break;
		case 'l': opts.sources.ledger = optarg; break;
		case 'd': opts.sources.deals = optarg; break;
		case 'D': opts.sources.drivers = optarg; break;
		case 'r': opts.sources.rejects[opts.sources.reject_files++] = optarg; break;
		case 'R': opts.report = optarg; break;
		case 's': opts.sources.segment = optarg; break;
		case 'o': opts.stale = optarg; break;
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

int
main(int argc, char *argv[])
{
	diag_name(argv[0]);

	struct options opts = parse_options(argc, argv);
	struct conf *conf = opts.conf != NULL ? conf_load(opts.conf) : NULL;
	struct shop shop = shop_open(opts.templates, conf, opts.report, opts.stale);
	struct rec_in *in = rec_from(STDIN_FILENO, "stdin");
	struct summary sum = { .stage = "render" };

	if (opts.as == NULL)
		render_deliveries(&shop, in, &sum);
	else
		whole_write(&shop, in, opts.as, &opts.sources, &sum);
	rec_close(in);
	summary_write(opts.summary, &sum);
	shop_close(&shop);
	if (conf != NULL)
		conf_free(conf);
	free(opts.sources.rejects);
	return EX_OK;
}
