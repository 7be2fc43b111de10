#include <stdlib.h>
#include <string.h>

#include "delivery.h"
#include "field.h"
#include "identity.h"
#include "mem.h"
#include "rec_out.h"
#include "when.h"

/* The same again and again, a reminder or a drill, is one message for each time. */
static void
add_time(struct identity *identity, int64_t at)
{
	char text[WHEN_INSTANT_MAX];

	if (at != 0)
		identity_add(identity, when_instant_text(at, text));
}

static char *
delivery_id(const struct message *message, const struct reader *reader)
{
	struct identity *identity = identity_new();

	for (size_t i = 0; i < message->count; i++) {
		const struct item *item = message->items[i];
		identity_add(
		    identity, item->alert != NULL ? item->alert->id : item->fault->key);
		identity_add(identity, item->state);
		identity_add(identity, item->alert != NULL ? item->alert->date : "");
		add_time(identity, item->last);
	}
	if (message->count == 0 && message->fault == NULL)
		add_time(identity, message->due);
	if (message->fault != NULL)
		identity_add(identity, text_of(message->fault, "since"));
	identity_add(identity, reader->channel);
	identity_add(identity, reader->to);
	identity_add(identity, message->form);
	return identity_end(identity);
}

static char *
thread_of(const char *what, const struct reader *reader)
{
	struct identity *identity = identity_new();

	identity_add(identity, what);
	identity_add(identity, reader->channel);
	identity_add(identity, reader->to);
	return identity_end(identity);
}

static void
put_text(struct rec_out *out, const char *name, const char *text)
{
	rec_put_text(out, span(name), span(text));
}

static void
put_instant(struct rec_out *out, const char *name, int64_t at)
{
	char text[WHEN_INSTANT_MAX];

	put_text(out, name, when_instant_text(at, text));
}

/* The records as they came, alerts or faults. */
static void
put_list(const struct office *office, const struct message *message, bool alerts)
{
	char *text;
	size_t len;
	FILE *to = mem_stream(&text, &len);
	const char *comma = "";

	putc('[', to);
	for (size_t i = 0; i < message->count; i++) {
		const struct item *item = message->items[i];
		if ((item->alert != NULL) != alerts)
			continue;
		char *line =
		    pool_text(office->pool, alerts ? item->alert->place : item->fault->place);
		fprintf(to, "%s%s", comma, line);
		comma = ",";
		free(line);
	}
	if (!alerts && message->fault != NULL) {
		char *line = rec_json(message->fault, &len);
		fprintf(to, "%s%s", comma, line);
		free(line);
	}
	putc(']', to);
	mem_stream_end(to, &text);
	rec_put_json(office->out, span(alerts ? "alerts" : "faults"), span(text));
	free(text);
}

static void
put_answer(struct rec_out *out, const struct answer *answer)
{
	char at[WHEN_INSTANT_MAX];
	json_t *record = json_pack("{s:s, s:s, s:s, s:s}", "person", answer->person, "at",
	    when_instant_text(answer->at, at), "answer", "on_it", "note", answer->note);
	size_t len;

	if (*answer->note == '\0')
		json_object_del(record, "note");
	char *text = rec_json(record, &len);
	rec_put_json(out, span("feedback"), (struct span){ text, len });
	free(text);
	json_decref(record);
}

static void
put_place(struct rec_out *out, const struct office *office, const struct message *message)
{
	const struct reader *reader = told_whom(office->told, message->reader);
	char *id = delivery_id(message, reader);

	put_text(out, "kind", "delivery");
	rec_put_integer(out, span("v"), 1);
	put_text(out, "delivery_id", id);
	put_text(out, "receiver", office->routes->receivers.list[message->receiver].name);
	put_text(out, "channel", reader->channel);
	put_text(out, "to", reader->to);
	free(id);
}

static void
put_thread(struct rec_out *out, const struct office *office, const struct message *message)
{
	const struct item *item = message->count == 1 ? message->items[0] : NULL;

	if (message->state == NULL || item == NULL)
		return;
	char *thread = thread_of(item->alert != NULL ? item->alert->id : item->fault->key,
	    told_whom(office->told, message->reader));
	put_text(out, "thread", thread);
	free(thread);
}

void
delivery_write(struct office *office, const struct message *message)
{
	struct rec_out *out = office->out;
	const struct item *first = message->count > 0 ? message->items[0] : NULL;

	rec_begin(out, NULL);
	put_place(out, office, message);
	put_text(out, "priority", message->priority);
	put_text(out, "form", message->form);
	if (message->state != NULL)
		put_text(out, "state", message->state);
	put_thread(out, office, message);
	if (first != NULL && first->alert != NULL && first->alert->drill)
		rec_put_json(out, span("drill"), span("true"));
	if (message->storm)
		rec_put_json(out, span("storm"), span("true"));
	if (message->more > 0)
		rec_put_integer(out, span("more"), (int64_t)message->more);
	put_instant(out, "due", message->due);
	put_instant(out, "created", office->now);
	if (first != NULL && first->answer != NULL)
		put_answer(out, first->answer);
	put_list(office, message, true);
	if (strcmp(message->form, "fault") == 0)
		put_list(office, message, false);
	rec_end(out);
	office->sum.written++;
}
