#include <stdlib.h>
#include <string.h>

#include "conf.h"
#include "mem.h"
#include "truth.h"
#include "when.h"

enum { DETECTABLE_Z = 5, UNKNOWN_Z = 99 };

static int32_t
day_at(const struct conf *conf, const char *pointer)
{
	const char *text = conf_text(conf, pointer, NULL);
	int32_t day;

	if (text == NULL || !when_day(span(text), &day))
		conf_die(conf, pointer, "must be a day, YYYY-MM-DD");
	return day;
}

static int32_t
day_of(const struct conf *conf, const char *event, const char *name)
{
	char *pointer = mem_printf("%s/%s", event, name);
	int32_t day = day_at(conf, pointer);

	free(pointer);
	return day;
}

static struct event
read_event(const struct conf *conf, const char *place, const json_t *object)
{
	const char *basis = json_string_value(json_object_get(object, "basis"));
	const json_t *z = json_object_get(object, "oracle_z");
	struct event event = {
		.kind = kind_named(json_string_value(json_object_get(object, "kind"))),
		.segment = json_object_get(object, "segment"),
		.detectable =
		    (json_is_number(z) ? json_number_value(z) : UNKNOWN_Z) >= DETECTABLE_Z,
		.amount = json_number_value(json_object_get(object, "amount")),
		.exact = NEVER,
		.any = NEVER,
	};

	if (!json_is_object(event.segment))
		conf_die(conf, place, "no segment: an object of conditions");
	event.start = day_of(conf, place, "start");
	event.end = day_of(conf, place, "end");
	event.live =
	    event.end + kind_grace(event.kind, basis != NULL && strcmp(basis, "created") == 0);
	return event;
}

void
truth_read(struct truth *truth, const char *path)
{
	struct conf *conf = conf_load(path);
	json_t *events = conf_at(conf, "/events"), *object;
	size_t i;

	*truth = (struct truth){ .conf = conf, .to = day_at(conf, "/last_day") };
	truth->from =
	    day_at(conf, conf_at(conf, "/scored_from") != NULL ? "/scored_from" : "/first_day");
	if (truth->from > truth->to)
		conf_die(conf, "/last_day", "before the first day");
	if (!json_is_array(events))
		conf_die(conf, "/events", "must be a list");
	truth->events = mem_new(json_array_size(events) + 1, sizeof *truth->events);
	json_array_foreach (events, i, object) {
		char *place = mem_printf("/events/%zu", i);
		struct event event = read_event(conf, place, object);
		if (event.kind != NO_KIND)
			truth->events[truth->count++] = event;
		free(place);
	}
}

void
truth_limit(struct truth *truth, int32_t from, int32_t to)
{
	size_t kept = 0;

	for (size_t i = 0; i < truth->count; i++)
		if (truth->events[i].start <= to && truth->events[i].live >= from)
			truth->events[kept++] = truth->events[i];
	truth->count = kept;
	truth->from = from;
	truth->to = to;
}

void
truth_release(struct truth *truth)
{
	free(truth->events);
	if (truth->conf != NULL)
		conf_free(truth->conf);
}
