#include <stdlib.h>
#include <string.h>

#include "ask.h"
#include "diag.h"
#include "mem.h"
#include "office.h"
#include "rec_out.h"

struct asked {
	const struct routes *routes;
	struct alert alert;
	size_t *list, count; /* receivers, each once, in the order of the tree */
	const char **places; /* the routes that lead to them */
};

static void
add(struct asked *asked, size_t receiver, const char *place)
{
	for (size_t i = 0; i < asked->count; i++)
		if (asked->list[i] == receiver)
			return;
	asked->list[asked->count] = receiver;
	asked->places[asked->count++] = place;
}

static void
add_pick(struct asked *asked, const struct node *node)
{
	const struct people *people = &asked->routes->people;
	const char *rep = people_rep(&asked->alert);
	const struct owner *owner = people_lead(people, &asked->alert);

	if (rep != NULL && !node->people) {
		owner = people_manager(people, rep);
		if (owner == NULL && asked->routes->receivers.list[node->receiver].shared)
			return;
	} else {
		owner = owner != NULL && !node->people ? owner
		    : node->owner                      ? people_owner(people, &asked->alert)
						       : NULL;
	}
	add(asked, owner != NULL ? owner->receiver : node->receiver, node->place);
}

static bool
is_asked(const struct asked *asked, const char *name, size_t len)
{
	for (size_t i = 0; i < asked->count; i++) {
		const char *one = asked->routes->receivers.list[asked->list[i]].name;
		if (strlen(one) == len && memcmp(one, name, len) == 0)
			return true;
	}
	return false;
}

/* "leaders by /route/routes/0, cro by /route" */
static char *
said(const struct asked *asked)
{
	size_t len;
	char *text;
	FILE *to = mem_stream(&text, &len);

	for (size_t i = 0; i < asked->count; i++)
		fprintf(to, "%s%s by %s", i > 0 ? ", " : "",
		    asked->routes->receivers.list[asked->list[i]].name, asked->places[i]);
	if (asked->count == 0)
		fputs("nobody", to);
	mem_stream_end(to, &text);
	return text;
}

/* Exactly those, whatever the order. */
static bool
as_expected(const struct asked *asked, const char *expect)
{
	size_t expected = 0;

	while (*expect != '\0') {
		size_t len = strcspn(expect, ",");
		if (!is_asked(asked, expect, len))
			return false;
		expected++;
		expect += len + (expect[len] == ',');
	}
	return expected == asked->count;
}

/* Names are no records: a line each. */
static void
print(const struct asked *asked)
{
	for (size_t i = 0; i < asked->count; i++)
		puts(asked->routes->receivers.list[asked->list[i]].name);
	if (fflush(stdout) != 0)
		die_errno(EX_IOERR, "stdout");
}

int
ask(const struct options *opts, const char *zone)
{
	struct asked asked = { .routes = routes_load(opts, zone) };
	struct picks picks = { 0 };
	bool good = true;

	alert_from_labels(&asked.alert, opts->test);
	tree_pick(asked.routes->root, &asked.alert, &picks);
	asked.list = mem_new(picks.count, sizeof *asked.list);
	asked.places = mem_new(picks.count, sizeof *asked.places);
	for (size_t i = 0; i < picks.count; i++)
		add_pick(&asked, picks.list[i]);
	print(&asked);
	if (opts->expect != NULL) {
		char *who = said(&asked);
		good = as_expected(&asked, opts->expect);
		warn("%s: %s%s%s", opts->test, who, good ? ", as expected" : ", not ",
		    good ? "" : opts->expect);
		free(who);
	}
	free(asked.list);
	free(asked.places);
	free(picks.list);
	alert_release(&asked.alert);
	routes_free((struct routes *)asked.routes);
	return good ? EX_OK : 1;
}
