#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "alert.h"
#include "diag.h"
#include "due.h"
#include "field.h"
#include "matcher.h"
#include "mem.h"
#include "rec.h"
#include "silences.h"
#include "when.h"

struct held {
	json_t *record;
	struct matcher **matchers;
	size_t count;
	int64_t until;
};

struct silences {
	struct held *list;
	size_t count, room;
};

static int64_t
instant(const json_t *record, const char *name, const char *path, size_t line)
{
	int64_t at;

	if (!when_instant(span(text_of(record, name)), &at))
		die(EX_DATAERR, "%s:%zu: %s is no instant", path, line, name);
	return at;
}

static void
read_matchers(struct held *held, const char *path, size_t line)
{
	const json_t *list = json_object_get(held->record, "matchers"), *one;
	char why[MATCHER_WHY];
	size_t i;

	if (json_array_size(list) == 0)
		die(EX_DATAERR, "%s:%zu: a silence without matchers", path, line);
	held->matchers = mem_new(json_array_size(list), sizeof *held->matchers);
	json_array_foreach (list, i, one) {
		const char *text = json_is_string(one) ? json_string_value(one) : "";
		held->matchers[i] = matcher_new(text, why);
		if (held->matchers[i] == NULL)
			die(EX_DATAERR, "%s:%zu: matcher %s: %s", path, line, text, why);
		held->count++;
	}
}

static void
release(struct held *held)
{
	for (size_t i = 0; i < held->count; i++)
		matcher_free(held->matchers[i]);
	free(held->matchers);
	json_decref(held->record);
}

static int
by_end(const void *a, const void *b)
{
	const struct held *one = a, *other = b;

	if (one->until != other->until)
		return one->until > other->until ? -1 : 1;
	return strcmp(text_of(one->record, "silence_id"), text_of(other->record, "silence_id"));
}

/* Those in force; all are read, so that what is wrong with one shows. */
struct silences *
silences_read(const char *path, int64_t now)
{
	struct silences *silences = mem_new(1, sizeof *silences);
	const struct rec *line;

	if (path == NULL)
		return silences;
	struct rec_in *in = rec_open(path);
	while ((line = rec_next(in)) != NULL) {
		struct held held = { .record = rec_object(line) };
		held.until = instant(held.record, "until", path, line->number);
		int64_t from = instant(held.record, "from", path, line->number);
		read_matchers(&held, path, line->number);
		if (now < from || now >= held.until) {
			release(&held);
			continue;
		}
		if (silences->count == silences->room) {
			silences->room = 2 * silences->room + 16;
			silences->list =
			    mem_grow(silences->list, silences->room, sizeof *silences->list);
		}
		silences->list[silences->count++] = held;
	}
	rec_close(in);
	if (silences->count > 0)
		qsort(silences->list, silences->count, sizeof *silences->list, by_end);
	return silences;
}

/* What the alert was like when the silence was made, or NULL. */
static const json_t *
before(const struct held *held, const struct alert *alert)
{
	const json_t *list = json_object_get(held->record, "alerts"), *one;
	size_t i;

	json_array_foreach (list, i, one)
		if (strcmp(text_of(one, "alert_id"), alert->id) == 0)
			return one;
	return NULL;
}

static bool
is_worse(const struct alert *alert, const json_t *was)
{
	double z = json_number_value(json_object_get(was, "z"));
	const json_t *pipeline = json_object_get(was, "pipeline");
	double stake = json_number_value(json_object_get(pipeline, "amount"));

	return strcmp(alert_label(alert, "priority"), text_of(was, "priority")) < 0
	    || fabs(alert->z) >= fabs(z) + 1 || (stake > 0 && alert->stake >= 2 * stake);
}

static bool
holds(const struct held *held, const struct alert *alert)
{
	const json_t *was = before(held, alert);

	for (size_t i = 0; i < held->count; i++)
		if (!matcher_fits(held->matchers[i], alert))
			return false;
	return was != NULL ? !is_worse(alert, was) : strcmp(alert_state(alert), "changed") != 0;
}

bool
silences_hold(
    const struct silences *silences, const struct alert *alert, struct silence *silence)
{
	for (size_t i = 0; i < silences->count; i++) {
		const json_t *record = silences->list[i].record;
		if (!holds(&silences->list[i], alert))
			continue;
		*silence =
		    (struct silence){ text_of(record, "silence_id"), text_of(record, "by"),
			    text_of(record, "why"), text_of(record, "until") };
		return true;
	}
	return false;
}

void
silences_free(struct silences *silences)
{
	for (size_t i = 0; i < silences->count; i++)
		release(&silences->list[i]);
	free(silences->list);
	free(silences);
}
