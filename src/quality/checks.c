#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "checks.h"
#include "conf.h"
#include "mem.h"
#include "schema.h"
#include "when.h"

/* The file itself, so that what people read is what is checked. */
__asm__(".section .rodata\n"
	"checks_schema: .incbin \"schemas/checks.json\"\n"
	".byte 0\n"
	".previous");
extern const char checks_schema[];

enum { WEEK = 7, FEW = 30, NOTE_DAYS = 7, LOOK_BACK = 3660 };

struct checks {
	struct conf *conf;
	const char *path;
	json_t *rules; /* those that are on, as they are for this source */
};

/* What is said of one source has the form of what is said of all. */
static void
hold_sources(const struct conf *conf, const struct conf *schema)
{
	char *form = json_dumps(conf_at(schema, "/properties/rules"), JSON_COMPACT);
	const char *name;
	json_t *own;

	json_object_foreach (conf_at(conf, "/sources"), name, own) {
		char *place = mem_printf("/sources/%s", name);
		if (strpbrk(name, "/~") != NULL)
			conf_die(conf, "/sources", "%s: no source has such a name", name);
		schema_conf_at(conf, place, conf_from("checks", form));
		free(place);
	}
	free(form);
}

/* Member by member, what is said of the source in place of what is said of all. */
static void
lay_over(json_t *rules, const json_t *own)
{
	const char *name;
	json_t *rule;

	json_object_foreach ((json_t *)own, name, rule) {
		json_t *known = json_object_get(rules, name);
		if (json_is_object(known) && json_is_object(rule))
			json_object_update(known, rule);
		else
			json_object_set_new(rules, name, json_deep_copy(rule));
	}
}

struct checks *
checks_load(const char *path, const char *source)
{
	struct checks *checks = mem_new(1, sizeof *checks);
	struct conf *schema = conf_from("checks", checks_schema);

	checks->conf = conf_load(path);
	checks->path = path;
	hold_sources(checks->conf, schema);
	schema_conf_at(checks->conf, "", schema);
	checks->rules = json_deep_copy(conf_at(checks->conf, "/rules"));
	lay_over(checks->rules, json_object_get(conf_at(checks->conf, "/sources"), source));
	return checks;
}

const json_t *
checks_rule(const struct checks *checks, const char *name)
{
	const json_t *rule = json_object_get(checks->rules, name);

	return json_is_object(rule) ? rule : NULL;
}

const char *
checks_path(const struct checks *checks)
{
	return checks->path;
}

uint64_t
checks_few(const struct checks *checks)
{
	return (uint64_t)conf_number(checks->conf, "/min_deals", FEW);
}

int
checks_days(const struct checks *checks)
{
	return (int)conf_number(checks->conf, "/note_days", NOTE_DAYS);
}

bool
checks_is_holiday(const struct checks *checks, int32_t day)
{
	char text[WHEN_DAY_LEN];

	when_text(day, text);
	return lists(conf_root(checks->conf), "holidays", (struct span){ text, sizeof text });
}

bool
checks_works(const struct checks *checks, int32_t day)
{
	static const char *const names[WEEK] = { "monday", "tuesday", "wednesday", "thursday",
		"friday", "saturday", "sunday" };
	const json_t *root = conf_root(checks->conf);
	int in_week = day - when_week(day);
	bool works = json_object_get(root, "workdays") != NULL
	    ? lists(root, "workdays", span(names[in_week])) : in_week < WEEK - 2;

	return works && !checks_is_holiday(checks, day);
}

int
checks_missing(const struct checks *checks, int32_t newest, int32_t today)
{
	int count = 0;

	if (newest < today - LOOK_BACK)
		newest = today - LOOK_BACK;
	for (int32_t day = newest + 1; day < today; day++)
		count += checks_works(checks, day);
	return count;
}

void
checks_free(struct checks *checks)
{
	json_decref(checks->rules);
	conf_free(checks->conf);
	free(checks);
}

double
number_of(const json_t *rule, const char *name, double otherwise)
{
	const json_t *value = json_object_get(rule, name);

	return json_is_number(value) ? json_number_value(value) : otherwise;
}

struct limits
limits_of(const json_t *rule)
{
	return (struct limits){ number_of(rule, "warn", NAN), number_of(rule, "error", NAN) };
}

bool
lists(const json_t *rule, const char *name, struct span text)
{
	const json_t *list = json_object_get(rule, name), *one;
	size_t i;

	json_array_foreach (list, i, one)
		if (span_equal(
			text, (struct span){ json_string_value(one), json_string_length(one) }))
			return true;
	return false;
}
