#include <stdlib.h>
#include <string.h>

#include "alert.h"
#include "keys.h"
#include "mem.h"
#include "people.h"
#include "roster.h"

enum { STEPS = 32 }; /* from a rep to the head of sales, and to spare */

static const json_t *
read_segment(const struct conf *conf, const char *base)
{
	char *pointer = key_place(base, "segment");
	json_t *segment = conf_at(conf, pointer), *value;
	const char *name;

	if (segment != NULL && json_object_size(segment) == 0)
		conf_die(conf, pointer, "must be an object of conditions");
	json_object_foreach (segment, name, value)
		if (!json_is_string(value))
			conf_die(conf, pointer, "%s must be text", name);
	free(pointer);
	return segment;
}

static struct owner
read_owner(const struct conf *conf, const struct receivers *receivers, const char *base)
{
	static const char *const keys[] = { "segment", "who", "receiver", "to", NULL };
	char *to = key_place(base, "to");

	conf_only(conf, base, keys);
	struct owner owner = { .segment = read_segment(conf, base),
		.who = key_text(conf, base, "who", NULL),
		.receiver = receivers_named(receivers, conf, base, "receiver"),
		.to = conf_at(conf, to) != NULL ? recipient(conf, to) : NULL };
	if ((owner.segment != NULL) == (owner.who != NULL))
		conf_die(conf, base, "an owner has a segment, or is somebody: \"who\"");
	free(to);
	return owner;
}

static const struct owner *
reached(const struct people *people, const char *who)
{
	for (size_t i = 0; i < people->count; i++)
		if (people->owners[i].who != NULL && strcmp(people->owners[i].who, who) == 0)
			return &people->owners[i];
	return NULL;
}

const struct owner *
people_manager(const struct people *people, const char *rep)
{
	const struct owner *owner = NULL;

	for (int steps = 0; owner == NULL && steps < STEPS; steps++) {
		rep = json_string_value(json_object_get(people->reporting, rep));
		if (rep == NULL)
			return NULL;
		owner = reached(people, rep);
	}
	return owner;
}

/* A line that leads to nobody would lose what is said of those at its end. */
static void
check_reporting(const struct conf *conf, const struct people *people)
{
	const char *name;
	json_t *above;

	if (!json_is_object(people->reporting))
		conf_die(conf, "/reporting", "must say who reports to whom");
	json_object_foreach (people->reporting, name, above) {
		if (!json_is_string(above))
			conf_die(conf, "/reporting", "%s must report to somebody", name);
		if (people_manager(people, name) == NULL)
			conf_die(conf, "/reporting",
			    "%s reports to %s, and no owner says how to reach him or anybody "
			    "above",
			    name, json_string_value(above));
	}
}

struct people
people_load(
    const struct conf *conf, const struct receivers *receivers, const char *path, int32_t today)
{
	json_t *list = key_list(conf, "", "owners"), *said = conf_at(conf, "/reporting");
	struct people people = { .reporting = said != NULL ? json_copy(said) : json_object() };
	struct roster *roster = roster_load(path);

	people.owners = mem_new(json_array_size(list) + 1, sizeof *people.owners);
	while (people.count < json_array_size(list)) {
		char *base = key_element("", "owners", people.count);
		people.owners[people.count++] = read_owner(conf, receivers, base);
		free(base);
	}
	check_reporting(conf, &people);
	roster_reporting(roster, today, people.reporting);
	roster_free(roster);
	return people;
}

void
people_release(struct people *people)
{
	json_decref(people->reporting);
	free(people->owners);
}

static bool
owns(const struct owner *owner, const struct alert *alert)
{
	const char *name;
	json_t *value;

	json_object_foreach ((json_t *)owner->segment, name, value)
		if (!json_equal(json_object_get(alert->segment, name), value))
			return false;
	return owner->segment != NULL;
}

const struct owner *
people_owner(const struct people *people, const struct alert *alert)
{
	const struct owner *best = NULL;

	for (size_t i = 0; i < people->count; i++)
		if (owns(&people->owners[i], alert)
		    && (best == NULL
			|| json_object_size(people->owners[i].segment)
			    > json_object_size(best->segment)))
			best = &people->owners[i];
	return best;
}

const struct owner *
people_lead(const struct people *people, const struct alert *alert)
{
	const char *manager = alert_label(alert, "segment.manager_id");
	const struct owner *owner = *manager != '\0' ? reached(people, manager) : NULL;

	return owner != NULL || *manager == '\0' ? owner : people_manager(people, manager);
}

const char *
people_rep(const struct alert *alert)
{
	const char *rep = alert_label(alert, "segment.sales_rep_id");

	return *rep != '\0' ? rep : NULL;
}
