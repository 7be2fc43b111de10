#include <stdlib.h>
#include <string.h>

#include "alert.h"
#include "diag.h"
#include "due.h"
#include "mem.h"
#include "names.h"
#include "rec.h"
#include "receipts.h"
#include "store_doc.h"
#include "told.h"
#include "when.h"

enum {
	ID,
	CHANNEL,
	TO,
	RECEIVER,
	FORM,
	STATE,
	PRIORITY,
	DUE,
	CREATED,
	ALERTS,
	FAULTS,
	DRILL,
	STORM,
	FIELDS
};
static const char *const wanted[FIELDS] = { "delivery_id", "channel", "to", "receiver", "form",
	"state", "priority", "due", "created", "alerts", "faults", "drill", "storm" };

/* What is asked of the alerts and faults in them. */
enum { ALERT_ID, ALERT_DATE, ALERT_STATE };
enum { FAULT_STAGE, FAULT_SINCE, FAULT_DELIVERY, FAULT_UNTIL, MEMBERS };
static const char *const of_alert[MEMBERS] = { "alert_id", "date", "state", "" };
static const char *const of_fault[MEMBERS] = { "stage", "since", "delivery_id", "until" };

struct told {
	struct names *readers, *receivers, *alerts;
	struct reader *whom;
	struct telling *list;
	struct heard *faults;
	size_t count, room, fault_count, fault_room, reader_room;
	int64_t window, storm;
};

struct delivery {
	const struct rec *line;
	size_t slots[FIELDS];
	const char *path;
	int64_t created, done;
	uint32_t reader, receiver;
};

uint32_t
told_reader(struct told *told, const char *channel, const char *to)
{
	char *both = mem_printf("%s %s", channel, to);
	uint32_t number = names_add(told->readers, span(both));

	free(both);
	if (number >= told->reader_room) {
		size_t before = told->reader_room;
		told->reader_room = 2 * before + 16;
		told->whom = mem_grow(told->whom, told->reader_room, sizeof *told->whom);
		memset(
		    told->whom + before, 0, (told->reader_room - before) * sizeof *told->whom);
	}
	struct reader *reader = &told->whom[number];
	if (reader->channel == NULL) {
		*reader = (struct reader){ .channel = mem_copy(channel, strlen(channel)),
			.to = mem_copy(to, strlen(to)) };
		for (size_t i = 0; i < PLANS; i++)
			reader->due[i] = INT64_MIN;
	}
	return number;
}

static struct span
field(const struct delivery *delivery, size_t which)
{
	return rec_text(delivery->line, delivery->slots[which]);
}

static bool
says_true(const struct delivery *delivery, size_t which)
{
	return delivery->line->fields[delivery->slots[which]].type == REC_TRUE;
}

/* A text as it was meant; what is none, as nothing. */
static char *
plain(struct span value)
{
	if (value.len < 2 || *value.at != '"')
		return mem_copy("", 0);
	if (memchr(value.at, '\\', value.len) == NULL)
		return mem_copy(value.at + 1, value.len - 2);
	json_t *text = json_loadb(value.at, value.len, JSON_DECODE_ANY, NULL);
	if (text == NULL)
		die(EX_OSERR, "out of memory");
	char *copy = mem_copy(json_string_value(text), json_string_length(text));
	json_decref(text);
	return copy;
}

/*
 * The texts of some members of the objects in a list, one after the other: to build each alert
 * that was ever told, only to look at its name, would take a second for ten thousand.
 */
struct objects {
	const char *at; /* in the list, past the bracket or the last object */
	const char *const *names; /* MEMBERS */
	char *texts[MEMBERS]; /* of the object; NULL: it has none */
};

static void
forget(struct objects *objects)
{
	for (size_t i = 0; i < MEMBERS; i++) {
		free(objects->texts[i]);
		objects->texts[i] = NULL;
	}
}

static struct objects
objects_of(const struct delivery *delivery, size_t which, const char *const *names)
{
	bool there = delivery->line->fields[delivery->slots[which]].type == REC_ARRAY;

	return (struct objects){ there ? field(delivery, which).at + 1 : "]", names, { NULL } };
}

static bool
next_object(struct objects *objects)
{
	const char *start = objects->at + strspn(objects->at, ", \t\r"), *place = NULL;
	struct doc_field member;

	forget(objects);
	if (*start != '{')
		return false;
	while (doc_next((struct span){ start, 0 }, &place, &member))
		for (size_t i = 0; i < MEMBERS; i++)
			if (objects->texts[i] == NULL
			    && span_is(member.name, objects->names[i]))
				objects->texts[i] = plain(member.value);
	place = place != NULL ? place : start + 1;
	objects->at = strchr(place, '}') + 1;
	return true;
}

static const char *
text_of(const struct objects *objects, size_t which)
{
	return objects->texts[which] != NULL ? objects->texts[which] : "";
}

static int64_t
instant(const struct delivery *delivery, size_t which, int64_t otherwise)
{
	int64_t at;

	return when_instant(field(delivery, which), &at) ? at : otherwise;
}

static void
copy_text(char *to, size_t room, const char *from)
{
	size_t len = strnlen(from, room - 1);

	memcpy(to, from, len);
	to[len] = '\0';
}

/* A delivery that goes alone says why it is sent; else the alert's own state does. */
static void
add_telling(struct told *told, const struct delivery *delivery, const struct objects *alert)
{
	struct span alone = field(delivery, STATE);
	struct telling telling = {
		.alert = names_add(told->alerts, span(text_of(alert, ALERT_ID))),
		    .reader = delivery->reader, .receiver = delivery->receiver,
		    .created = delivery->created, .done = delivery->done,
		    .alone = span_is(field(delivery, FORM), "alert") };
	char *state = alone.len > 0 ? mem_copy(alone.at, alone.len)
				    : mem_printf("%s", text_of(alert, ALERT_STATE));

	copy_text(telling.date, sizeof telling.date, text_of(alert, ALERT_DATE));
	copy_text(telling.state, sizeof telling.state, *state != '\0' ? state : "new");
	free(state);
	if (told->count == told->room) {
		told->room = 2 * told->room + 64;
		told->list = mem_grow(told->list, told->room, sizeof *told->list);
	}
	told->list[told->count++] = telling;
}

static void
add_fault(struct told *told, const struct delivery *delivery, const struct objects *fault)
{
	if (told->fault_count == told->fault_room) {
		told->fault_room = 2 * told->fault_room + 16;
		told->faults = mem_grow(told->faults, told->fault_room, sizeof *told->faults);
	}
	told->faults[told->fault_count++] =
	    (struct heard){ .key = fault_key(text_of(fault, FAULT_STAGE),
				text_of(fault, FAULT_SINCE), text_of(fault, FAULT_DELIVERY)),
		    .reader = delivery->reader,
		    .receiver = delivery->receiver,
		    .clear = *text_of(fault, FAULT_UNTIL) != '\0' };
	if (strcmp(text_of(fault, FAULT_STAGE), "route") == 0
	    && delivery->created > told->storm)
		told->storm = delivery->created;
}

/* Which of the reader's digests it was, or one more message that went at once. */
static void
count_it(struct told *told, const struct delivery *delivery)
{
	struct reader *reader = &told->whom[delivery->reader];
	int64_t due = instant(delivery, DUE, delivery->created);
	struct span form = field(delivery, FORM), priority = field(delivery, PRIORITY);

	if (says_true(delivery, STORM)) {
		if (delivery->created > reader->due[0])
			reader->due[0] = delivery->created;
		return;
	}
	for (size_t i = 1; i < PLANS; i++)
		if (span_is(form, due_plans[i].form)
		    && span_is(priority, due_plans[i].priority)) {
			if (due > reader->due[i])
				reader->due[i] = due;
			return;
		}
	if (delivery->created > told->window
	    && !span_is(field(delivery, STATE), "acknowledged"))
		reader->recent++;
}

static void
read_delivery(struct told *told, struct delivery *delivery, const struct receipts *receipts)
{
	struct span channel = field(delivery, CHANNEL), to = field(delivery, TO);
	char *by = mem_copy(channel.at, channel.len), *whom = mem_copy(to.at, to.len);
	struct objects alerts = objects_of(delivery, ALERTS, of_alert),
		       faults = objects_of(delivery, FAULTS, of_fault);

	delivery->reader = told_reader(told, by, whom);
	delivery->receiver = names_add(told->receivers, field(delivery, RECEIVER));
	delivery->created = instant(delivery, CREATED, INT64_MIN);
	delivery->done =
	    receipts != NULL ? receipts_done(receipts, field(delivery, ID)) : delivery->created;
	count_it(told, delivery);
	while (next_object(&alerts))
		add_telling(told, delivery, &alerts);
	while (next_object(&faults))
		add_fault(told, delivery, &faults);
	free(by);
	free(whom);
}

/* What was made last decides; of what was made at once, the later in an alert's life. */
static int
by_alert(const void *a, const void *b)
{
	static const char *const life[] = { "new", "changed", "reminder", "acknowledged",
		"recovered", "corrected" };
	const struct telling *one = a, *other = b;
	size_t first = 0, second = 0;

	if (one->alert != other->alert)
		return one->alert < other->alert ? -1 : 1;
	if (one->reader != other->reader)
		return one->reader < other->reader ? -1 : 1;
	if (one->created != other->created)
		return one->created < other->created ? -1 : 1;
	while (first < sizeof life / sizeof *life && strcmp(life[first], one->state) != 0)
		first++;
	while (second < sizeof life / sizeof *life && strcmp(life[second], other->state) != 0)
		second++;
	int order = strcmp(one->date, other->date);
	return order != 0 ? order : (first > second) - (first < second);
}

struct told *
told_read(const char *path, const char *receipts_path, int64_t window)
{
	struct receipts *receipts =
	    path != NULL && receipts_path != NULL ? receipts_read(receipts_path) : NULL;
	struct told *told = mem_new(1, sizeof *told);
	struct delivery delivery = { .path = path };

	told->readers = names_new();
	told->receivers = names_new();
	told->alerts = names_new();
	told->window = window;
	told->storm = INT64_MIN;
	if (path == NULL)
		return told;
	struct rec_in *in = rec_open(path);
	for (size_t i = 0; i < FIELDS; i++)
		delivery.slots[i] = rec_want(in, wanted[i]);
	while ((delivery.line = rec_next(in)) != NULL) {
		if (field(&delivery, CHANNEL).len == 0)
			die(EX_DATAERR, "%s:%zu: no delivery", path, delivery.line->number);
		if (!says_true(&delivery, DRILL))
			read_delivery(told, &delivery, receipts);
	}
	rec_close(in);
	if (receipts != NULL)
		receipts_free(receipts);
	if (told->count > 0)
		qsort(told->list, told->count, sizeof *told->list, by_alert);
	return told;
}

const struct telling *
told_of(const struct told *told, const char *alert_id, size_t *count)
{
	size_t from = 0, to = told->count;
	uint32_t alert;

	*count = 0;
	if (!names_find(told->alerts, span(alert_id), &alert))
		return NULL;
	while (from < to) {
		size_t middle = from + (to - from) / 2;
		if (told->list[middle].alert < alert)
			from = middle + 1;
		else
			to = middle;
	}
	while (from + *count < told->count && told->list[from + *count].alert == alert)
		++*count;
	return told->list + from;
}

const struct heard *
told_faults(const struct told *told, size_t *count)
{
	*count = told->fault_count;
	return told->faults;
}

int64_t
told_storm(const struct told *told)
{
	return told->storm;
}

struct reader *
told_whom(const struct told *told, uint32_t reader)
{
	return &told->whom[reader];
}

uint32_t
told_readers(const struct told *told)
{
	return names_count(told->readers);
}

const char *
told_name(const struct told *told, uint32_t receiver)
{
	return names_text(told->receivers, receiver);
}

void
told_free(struct told *told)
{
	for (size_t i = 0; i < told->reader_room; i++) {
		free(told->whom[i].channel);
		free(told->whom[i].to);
	}
	for (size_t i = 0; i < told->fault_count; i++)
		free(told->faults[i].key);
	free(told->faults);
	free(told->whom);
	free(told->list);
	names_free(told->readers);
	names_free(told->receivers);
	names_free(told->alerts);
	free(told);
}
