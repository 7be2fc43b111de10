#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "channel.h"
#include "check.h"
#include "conf.h"
#include "diag.h"
#include "drivers.h"
#include "identity.h"
#include "mem.h"
#include "page.h"
#include "rec.h"
#include "rec_out.h"
#include "summary.h"
#include "table.h"
#include "view.h"

struct options {
	const char *templates, *conf, *as, *drivers, *summary;
	bool check;
	struct page_sources sources;
};

static const char *
text_of(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	return text != NULL ? text : "";
}

/* Who ignores SIGPIPE must still end as if he did not. */
static void
write_out(const char *text)
{
	for (size_t left = strlen(text); left > 0;) {
		ssize_t wrote = write(STDOUT_FILENO, text, left);
		if (wrote < 0 && errno == EPIPE) {
			signal(SIGPIPE, SIG_DFL);
			raise(SIGPIPE);
		}
		if (wrote < 0 && errno != EINTR)
			die_errno(EX_IOERR, "stdout");
		text += wrote > 0 ? wrote : 0;
		left -= wrote > 0 ? (size_t)wrote : 0;
	}
	if (close(STDOUT_FILENO) != 0)
		die_errno(EX_IOERR, "stdout");
}

static void
check_alerts(const json_t *alerts, const char *place)
{
	const json_t *alert;
	size_t i;

	if (!json_is_array(alerts))
		die(EX_DATAERR, "%s: no alerts", place);
	json_array_foreach (alerts, i, alert)
		if (!json_is_object(alert))
			die(EX_DATAERR, "%s: alert %zu is no object", place, i + 1);
}

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
	check_alerts(json_object_get(delivery, "alerts"), place);
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
render_delivery(const struct press *press, const struct rec *line, struct rec_out *out)
{
	char *place = mem_printf("stdin:%zu", line->number);
	json_t *delivery = read_delivery(line, place);
	const struct channel *channel = channel_of(delivery, place);
	json_t *record = channel->as_it_came ? json_deep_copy(delivery) : NULL;
	json_t *view = view_new(delivery, press->company);
	char *subject = message_subject(press, view, place);
	struct message message = { view, record, subject, place };

	view_text(view, "subject", mem_copy(subject, strlen(subject)));
	put_content(out, line, subject, content(press, channel, &message));
	free(subject);
	free(place);
	json_decref(view);
	json_decref(record);
	json_decref(delivery);
}

static void
render_deliveries(const struct press *press, struct rec_in *in, struct summary *sum)
{
	struct rec_out *out = rec_to(STDOUT_FILENO, "stdout");
	const struct rec *line;

	rec_tie(in, out);
	while ((line = rec_next(in)) != NULL) {
		render_delivery(press, line, out);
		sum->in++;
		sum->out++;
	}
	rec_finish(out);
}

/* All that came as one delivery: an only one itself, else the alerts there were. */
static json_t *
gather(struct rec_in *in, struct summary *sum)
{
	json_t *all = json_array(), *only = NULL;
	const struct rec *line;

	while ((line = rec_next(in)) != NULL) {
		char *place = mem_printf("stdin:%zu", line->number);
		json_t *record = rec_object(line);
		bool held = json_object_get(record, "suppressed") != NULL;

		if (strcmp(text_of(record, "kind"), "delivery") == 0) {
			check_alerts(json_object_get(record, "alerts"), place);
			json_array_extend(all, json_object_get(record, "alerts"));
			only = sum->in == 0 ? json_incref(record) : only;
		} else {
			json_array_append(all, record);
		}
		*(held ? &sum->dropped : &sum->out) += 1;
		sum->in++;
		json_decref(record);
		free(place);
	}
	if (only != NULL && sum->in == 1) {
		json_decref(all);
		return only;
	}
	json_decref(only);
	return json_pack("{s:s, s:s, s:o}", "kind", "delivery", "form",
	    json_array_size(all) == 1 ? "alert" : "digest", "alerts", all);
}

static char *
as_text(const struct press *press, json_t *view, const struct options *opts)
{
	(void)opts;
	view_truth(view, "bare");
	return message_text(press, view, "stdin");
}

static char *
as_mail(const struct press *press, json_t *view, const struct options *opts)
{
	char *subject = message_subject(press, view, "stdin");
	char *bytes = message_mail(press, view, subject, "stdin");

	(void)opts;
	free(subject);
	return bytes;
}

static char *
as_html(const struct press *press, json_t *view, const struct options *opts)
{
	return page(press, view, &opts->sources);
}

static char *
as_table(const struct press *press, json_t *view, const struct options *opts)
{
	(void)press, (void)opts;
	return table(view);
}

static const struct format {
	const char *name;
	char *(*make)(const struct press *, json_t *view, const struct options *);
} formats[] = {
	{ "text", as_text },
	{ "mail", as_mail },
	{ "html", as_html },
	{ "table", as_table },
};

static const struct format *
format_named(const char *name)
{
	for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
		if (strcmp(formats[i].name, name) == 0)
			return &formats[i];
	die(EX_USAGE, "--as %s: it is text, mail, html or table", name);
}

/* A mail needs a name of its own, which what it is about gives it, and a priority. */
static void
complete(json_t *delivery)
{
	struct identity *identity = identity_new();
	const char *first = NULL;
	const json_t *alert;
	size_t i;

	json_array_foreach (json_object_get(delivery, "alerts"), i, alert) {
		const char *priority = text_of(alert, "priority");
		identity_add(identity, text_of(alert, "alert_id"));
		identity_add(identity, text_of(alert, "date"));
		if (*priority != '\0' && (first == NULL || strcmp(priority, first) < 0))
			first = priority;
	}
	char *id = identity_end(identity);
	if (json_object_get(delivery, "delivery_id") == NULL)
		view_text(delivery, "delivery_id", mem_copy(id, strlen(id)));
	if (json_object_get(delivery, "priority") == NULL && first != NULL)
		view_text(delivery, "priority", mem_copy(first, strlen(first)));
	free(id);
}

static void
render_all(const struct press *press, struct rec_in *in, const struct options *opts,
    struct summary *sum)
{
	const struct format *format = format_named(opts->as);
	json_t *delivery = gather(in, sum);

	complete(delivery);
	json_t *view = view_new(delivery, press->company);
	if (opts->drivers != NULL)
		view_part(view, "drivers", drivers(opts->drivers, press->company));
	char *text = format->make(press, view, opts);
	write_out(text);
	free(text);
	json_decref(view);
	json_decref(delivery);
}

static void
render(const struct press *press, const struct options *opts)
{
	struct rec_in *in = rec_from(STDIN_FILENO, "stdin");
	struct summary sum = { .stage = "render" };

	if (opts->as == NULL)
		render_deliveries(press, in, &sum);
	else
		render_all(press, in, opts, &sum);
	rec_close(in);
	summary_write(opts->summary, &sum);
}

static const struct usage usage = {
	.example = "saleswatch render --templates pipelines/templates --as text < alerts",
	.line =
	    "render --templates DIR [--conf FILE] [--check] [--as text|mail|html|table]"
	    " [--metrics FILE] [--drivers FILE] [--measures FILE] [--ledger FILE --deals FILE]"
	    " [--population FILE] [--rejects FILE]... [--summary FILE] < records",
	.options =
	    "  -t, --templates DIR   where the templates are\n"
	    "  -c, --conf FILE       the company: its name, currency, display names, mail\n"
	    "  -a, --as FORMAT       the alerts as text, one mail, a page of HTML, or a "
	    "table;\n"
	    "                        without it deliveries get their subject and content\n"
	    "  -m, --metrics FILE    html: the metrics its trend and segments are made of\n"
	    "  -p, --population FILE html: the summary of sift: what does not count\n"
	    "  -M, --measures FILE   html: the measures that tell of the pipeline\n"
	    "  -l, --ledger FILE     html: what detect looked at, for what it could not see\n"
	    "  -d, --deals FILE      html: the deals that the ledger is of\n"
	    "  -D, --drivers FILE    html and text: what moved the win rate, from drivers\n"
	    "  -r, --rejects FILE    html: what was refused; may be given again\n"
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
		{ "as", required_argument, NULL, 'a' },
		{ "metrics", required_argument, NULL, 'm' },
		{ "population", required_argument, NULL, 'p' },
		{ "measures", required_argument, NULL, 'M' },
		{ "ledger", required_argument, NULL, 'l' },
		{ "deals", required_argument, NULL, 'd' },
		{ "drivers", required_argument, NULL, 'D' },
		{ "rejects", required_argument, NULL, 'r' },
		{ "check", no_argument, NULL, 'C' },
		{ "summary", required_argument, NULL, 'S' },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },
		{ 0 },
	};
	struct options opts = { .sources.rejects = mem_new((size_t)argc, sizeof(char *)) };
	int opt;

	while (
	    (opt = getopt_long(argc, argv, "t:c:a:m:D:M:l:d:p:r:CS:hV", longopts, NULL)) != -1)
		switch (opt) {
		case 't': opts.templates = optarg; break;
		case 'c': opts.conf = optarg; break;
		case 'a': opts.as = optarg; break;
		case 'm': opts.sources.metrics = optarg; break;
		case 'p': opts.sources.population = optarg; break;
		case 'M': opts.sources.measures = optarg; break;
		case 'l': opts.sources.ledger = optarg; break;
		case 'd': opts.sources.deals = optarg; break;
		case 'D': opts.drivers = optarg; break;
		case 'r': opts.sources.rejects[opts.sources.reject_files++] = optarg; break;
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
		format_named(opts.as);
	return opts;
}

int
main(int argc, char *argv[])
{
	diag_name(argv[0]);

	struct options opts = parse_options(argc, argv);
	struct conf *conf = opts.conf != NULL ? conf_load(opts.conf) : NULL;
	struct press press = press_open(opts.templates, conf);

	if (opts.check)
		check_templates(opts.templates);
	else
		render(&press, &opts);
	press_close(&press);
	if (conf != NULL)
		conf_free(conf);
	free(opts.sources.rejects);
	return EX_OK;
}
