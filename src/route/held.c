#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "alert.h"
#include "diag.h"
#include "held.h"
#include "mem.h"
#include "rec.h"
#include "rec_out.h"
#include "when.h"

static const char waiting[] = "group_wait";

struct held {
	struct rec_out *out; /* or NULL */
	json_t *since; /* by alert and reader */
};

static char *
key_of(struct span alert_id, struct span channel, struct span to)
{
	return mem_printf("%.*s %.*s %.*s", (int)alert_id.len, alert_id.at, (int)channel.len,
	    channel.at, (int)to.len, to.at);
}

static void
remember(struct held *held, const char *path)
{
	struct rec_in *in = rec_open(path);
	size_t reason = rec_want(in, "reason"), id = rec_want(in, "alert_id"),
	       channel = rec_want(in, "channel"), to = rec_want(in, "to"),
	       since = rec_want(in, "since");
	const struct rec *line;
	int64_t at;

	while ((line = rec_next(in)) != NULL) {
		if (!span_is(rec_text(line, reason), waiting)
		    || !when_instant(rec_text(line, since), &at))
			continue;
		char *key =
		    key_of(rec_text(line, id), rec_text(line, channel), rec_text(line, to));
		if (json_object_set_new_nocheck(held->since, key, json_integer(at)) != 0)
			die(EX_OSERR, "out of memory");
		free(key);
	}
	rec_close(in);
}

struct held *
held_open(const char *path, const char *before)
{
	struct held *held = mem_new(1, sizeof *held);

	held->since = json_object();
	if (before != NULL)
		remember(held, before);
	held->out = path != NULL ? rec_create(path) : NULL;
	return held;
}

static void
put_text(struct held *held, const char *name, const char *text)
{
	if (text != NULL)
		rec_put_text(held->out, span(name), span(text));
}

static void
put_instant(struct held *held, const char *name, int64_t at)
{
	char text[WHEN_INSTANT_MAX];

	if (at != 0)
		put_text(held, name, when_instant_text(at, text));
}

static void
put_rest(struct held *held, const char *receiver, const char *channel, const char *to,
    const struct reason *reason)
{
	put_text(held, "receiver", receiver);
	put_text(held, "channel", channel);
	put_text(held, "to", to);
	put_text(held, "reason", reason->reason);
	put_text(held, "why", reason->why);
	put_text(held, "by", reason->by);
	put_text(held, "until", reason->until_text);
	put_instant(held, "until", reason->until);
	put_instant(held, "since", reason->since);
	rec_end(held->out);
}

static void
put_first(struct held *held)
{
	rec_begin(held->out, NULL);
	put_text(held, "kind", "held");
	rec_put_integer(held->out, span("v"), 1);
}

void
held_alert(struct held *held, const struct alert *alert, const char *receiver,
    const char *channel, const char *to, struct reason reason)
{
	if (held->out == NULL)
		return;
	put_first(held);
	put_text(held, "alert_id", alert->id);
	put_text(held, "date", alert->date);
	put_text(held, "state", alert_state(alert));
	put_text(held, "priority", alert_label(alert, "priority"));
	put_rest(held, receiver, channel, to, &reason);
}

void
held_fault(struct held *held, const struct fault *fault, const char *receiver,
    const char *channel, const char *to, struct reason reason)
{
	if (held->out == NULL)
		return;
	put_first(held);
	put_text(held, "stage", fault->stage);
	put_text(held, "began", fault->since);
	put_rest(held, receiver, channel, to, &reason);
}

int64_t
held_since(const struct held *held, const struct alert *alert, const char *channel,
    const char *to, int64_t otherwise)
{
	char *key = key_of(span(alert->id), span(channel), span(to));
	const json_t *since = json_object_get(held->since, key);

	free(key);
	return since != NULL ? json_integer_value(since) : otherwise;
}

void
held_finish(struct held *held)
{
	if (held->out != NULL)
		rec_finish(held->out);
	json_decref(held->since);
	free(held);
}
