#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "conf.h"
#include "diag.h"
#include "due.h"
#include "identity.h"
#include "keyset.h"
#include "mem.h"
#include "rec.h"
#include "rec_out.h"
#include "routes.h"
#include "summary.h"
#include "when.h"

enum { DIGEST_MAX = 100 }; /* alerts: what more there are go into a second one */

struct options {
	const char *routes, *conf, *summary;
};

/* What one receiver is going to be told, by plan. */
struct tray {
	json_t *alerts[PLANS];
};

struct office {
	const struct options *opts;
	struct routes *routes;
	const char *zone; /* of the business */
	int64_t now;
	struct tray *trays; /* one a receiver */
	struct keyset *sent; /* delivery ids */
	struct summary sum;
};

static const char *
text_of(const json_t *record, const char *name)
{
	const char *text = json_string_value(json_object_get(record, name));

	return text != NULL ? text : "";
}

static size_t
plan_of(const json_t *alert, size_t line)
{
	for (size_t i = 0; i < PLANS; i++)
		if (strcmp(text_of(alert, "priority"), due_plans[i].priority) == 0)
			return i;
	die(EX_DATAERR, "stdin:%zu: priority must be P1, P2 or P3", line);
}

static void
check_alert(const json_t *alert, size_t line)
{
	if (strcmp(text_of(alert, "kind"), "alert") != 0)
		die(EX_DATAERR, "stdin:%zu: not an alert", line);
	if (*text_of(alert, "alert_id") == '\0')
		die(EX_DATAERR, "stdin:%zu: no alert_id", line);
}

static void
lay(const struct office *office, json_t *alert, const bool *told, size_t plan)
{
	for (size_t i = 0; i < office->routes->count; i++)
		if (told[i] && json_array_append(office->trays[i].alerts[plan], alert) != 0)
			die(EX_OSERR, "out of memory");
}

static void
sort_mail(struct office *office)
{
	struct rec_in *in = rec_from(STDIN_FILENO, "stdin");
	bool *told = mem_new(office->routes->count, sizeof *told);
	const struct rec *line;

	while ((line = rec_next(in)) != NULL) {
		json_t *alert = rec_object(line);
		check_alert(alert, line->number);
		size_t plan = plan_of(alert, line->number);
		office->sum.in++;
		if (json_object_get(alert, "suppressed") != NULL) {
			office->sum.dropped++;
		} else {
			routes_pick(office->routes, alert, told);
			lay(office, alert, told, plan);
			office->sum.out++;
		}
		json_decref(alert);
	}
	free(told);
	rec_close(in);
}

/* The same alerts in the same state to the same place are the same delivery. */
static char *
delivery_id(
    const struct receiver *receiver, const char *to, const char *form, const json_t *alerts)
{
	struct identity *identity = identity_new();
	const json_t *alert;
	size_t i;

	json_array_foreach (alerts, i, alert) {
		identity_add(identity, text_of(alert, "alert_id"));
		identity_add(identity, text_of(alert, "state"));
		identity_add(identity, text_of(alert, "date"));
	}
	identity_add(identity, receiver->channel);
	identity_add(identity, receiver->dir);
	identity_add(identity, to);
	identity_add(identity, form);
	return identity_end(identity);
}

/* An immediate receiver gets everything as a P1 is given: alone, and at once. */
static json_t *
delivery(const struct office *office, const struct receiver *receiver, const char *to,
    const struct plan *plan, json_t *alerts)
{
	const struct plan *given = receiver->immediate ? &due_plans[0] : plan;
	const char *zone = *receiver->zone != '\0' ? receiver->zone : office->zone;
	char due[WHEN_INSTANT_MAX], created[WHEN_INSTANT_MAX];
	char *id = delivery_id(receiver, to, given->form, alerts);
	json_t *record = json_pack("{s:s, s:i, s:s, s:s, s:s, s:s}", "kind", "delivery", "v", 1,
	    "delivery_id", id, "receiver", receiver->name, "channel", receiver->channel, "to",
	    to);
	json_t *rest = json_pack("{s:s, s:s, s:s, s:s, s:O}", "priority", plan->priority,
	    "form", given->form, "due", when_instant_text(given->due(office->now, zone), due),
	    "created", when_instant_text(office->now, created), "alerts", alerts);

	free(id);
	if (record == NULL || rest == NULL
	    || (*receiver->dir != '\0'
		&& json_object_set_new(record, "dir", json_string(receiver->dir)) != 0)
	    || json_object_update(record, rest) != 0)
		die(EX_OSERR, "out of memory");
	json_decref(rest);
	return record;
}

static void
post(struct office *office, struct rec_out *out, const struct receiver *receiver,
    const struct plan *plan, json_t *alerts)
{
	for (size_t i = 0; i < receiver->to_count; i++) {
		json_t *record = delivery(office, receiver, receiver->to[i], plan, alerts);
		if (keyset_add(office->sent, span(text_of(record, "delivery_id")))) {
			rec_dump(out, record);
			office->sum.written++;
		}
		json_decref(record);
	}
}

static json_t *
slice(const json_t *alerts, size_t from, size_t most)
{
	json_t *part = json_array();

	for (size_t i = from; i < from + most && i < json_array_size(alerts); i++)
		if (json_array_append(part, json_array_get(alerts, i)) != 0)
			die(EX_OSERR, "out of memory");
	return part;
}

static void
post_tray(struct office *office, struct rec_out *out, size_t i)
{
	const struct receiver *receiver = &office->routes->receivers[i];

	for (size_t p = 0; p < PLANS; p++) {
		json_t *alerts = office->trays[i].alerts[p];
		bool alone = receiver->immediate || strcmp(due_plans[p].form, "alert") == 0;
		size_t most = alone ? 1 : DIGEST_MAX;
		for (size_t from = 0; from < json_array_size(alerts); from += most) {
			json_t *part = slice(alerts, from, most);
			post(office, out, receiver, &due_plans[p], part);
			json_decref(part);
		}
	}
}

static void
route(struct office *office)
{
	struct rec_out *out = rec_to(STDOUT_FILENO, "stdout");

	sort_mail(office);
	for (size_t i = 0; i < office->routes->count; i++)
		post_tray(office, out, i);
	rec_finish(out);
	summary_write(office->opts->summary, &office->sum);
}

static const struct usage usage = {
	.example = "saleswatch route --routes pipelines/conf/routes.json < alerts > deliveries",
	.line = "route --routes FILE [--conf FILE] [--summary FILE] < alerts",
	.options =
	    "  -r, --routes FILE   receivers, and the tree that leads to them (routes.json)\n"
	    "  -c, --conf FILE     the company, for its time zone (saleswatch.json)\n"
	    "  -S, --summary FILE  counts of alerts in, out and dropped, as JSON\n",
};

static struct options
parse_options(int argc, char *argv[])
{
	static const struct option longopts[] = {
		{ "routes", required_argument, NULL, 'r' },
		{ "conf", required_argument, NULL, 'c' },
		{ "summary", required_argument, NULL, 'S' },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },
		{ 0 },
	};
	struct options opts = { 0 };
	int opt;

	while ((opt = getopt_long(argc, argv, "r:c:S:hV", longopts, NULL)) != -1)
		switch (opt) {
		case 'r': opts.routes = optarg; break;
		case 'c': opts.conf = optarg; break;
		case 'S': opts.summary = optarg; break;
		case 'h': diag_help(&usage);
		case 'V': diag_version();
		default: diag_misuse(&usage);
		}
	if (optind < argc || opts.routes == NULL)
		diag_misuse(&usage);
	return opts;
}

static struct office
open_office(const struct options *opts, const struct conf *conf)
{
	struct office office = { .opts = opts,
		.routes = routes_load(opts->routes),
		.zone = conf != NULL ? conf_text(conf, "/zone", "UTC") : "UTC",
		.now = when_now(),
		.sent = keyset_new(),
		.sum = { .stage = "route", .sums = true } };

	office.trays = mem_new(office.routes->count, sizeof *office.trays);
	for (size_t i = 0; i < office.routes->count; i++)
		for (size_t p = 0; p < PLANS; p++)
			office.trays[i].alerts[p] = json_array();
	return office;
}

static void
close_office(struct office *office)
{
	for (size_t i = 0; i < office->routes->count; i++)
		for (size_t p = 0; p < PLANS; p++)
			json_decref(office->trays[i].alerts[p]);
	free(office->trays);
	keyset_free(office->sent);
	routes_free(office->routes);
}

int
main(int argc, char *argv[])
{
	diag_name(argv[0]);

	struct options opts = parse_options(argc, argv);
	struct conf *conf = opts.conf != NULL ? conf_load(opts.conf) : NULL;
	struct office office = open_office(&opts, conf);

	route(&office);
	close_office(&office);
	if (conf != NULL)
		conf_free(conf);
	return EX_OK;
}
