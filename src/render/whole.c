#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "diag.h"
#include "drivers.h"
#include "field.h"
#include "identity.h"
#include "mem.h"
#include "page.h"
#include "rec_out.h"
#include "table.h"
#include "view.h"
#include "whole.h"

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
			shop_check(json_object_get(record, "alerts"), place);
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
as_text(struct shop *shop, json_t *view)
{
	view_truth(view, "bare");
	return message_text(&shop->press, view, "stdin");
}

static char *
as_mail(struct shop *shop, json_t *view)
{
	char *subject = message_subject(&shop->press, view, "stdin");

	if (shop->report != NULL)
		shop_charts(shop, view);
	char *bytes = message_mail(&shop->press, view, subject, "stdin");
	free(subject);
	return bytes;
}

static char *
as_html(struct shop *shop, json_t *view)
{
	return page(&shop->press, view);
}

static char *
as_table(struct shop *shop, json_t *view)
{
	(void)shop;
	return table(view);
}

static char *
as_report(struct shop *shop, json_t *view)
{
	size_t len;
	char *line = rec_json(shop->report, &len), *text = mem_printf("%.*s\n", (int)len, line);

	(void)view;
	free(line);
	return text;
}

static const struct format {
	const char *name;
	char *(*make)(struct shop *, json_t *view);
	bool reports; /* what comes in is made a report of, if none is given */
} formats[] = {
	{ "text", as_text, false },
	{ "mail", as_mail, false },
	{ "html", as_html, true },
	{ "table", as_table, false },
	{ "report", as_report, true },
};

static const struct format *
format_named(const char *name)
{
	for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
		if (strcmp(formats[i].name, name) == 0)
			return &formats[i];
	die(EX_USAGE, "--as %s: it is text, mail, html, table or report", name);
}

void
whole_known(const char *as)
{
	format_named(as);
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

/* What came in is told by the report alone. */
static void
make_report(struct shop *shop, json_t *delivery, const struct report_sources *sources)
{
	const json_t *alerts = json_object_get(delivery, "alerts");

	shop->report = report_make(alerts, sources, shop->press.company);
	if (shop->stale != NULL)
		view_part(shop->report, "stale", json_incref(shop->stale));
	view_part(delivery, "alerts", json_array());
}

void
whole_write(struct shop *shop, struct rec_in *in, const char *as,
    const struct report_sources *sources, struct summary *sum)
{
	const struct format *format = format_named(as);
	json_t *delivery = gather(in, sum);

	complete(delivery);
	if (shop->report == NULL && format->reports)
		make_report(shop, delivery, sources);
	if (shop->report != NULL)
		view_part(delivery, "form", json_string("weekly"));
	json_t *view = shop_view(shop, delivery);
	if (shop->report == NULL && sources->drivers != NULL)
		view_part(view, "drivers", drivers(sources->drivers, shop->press.company));
	char *text = format->make(shop, view);
	write_out(text);
	free(text);
	json_decref(view);
	json_decref(delivery);
}
