#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "backoff.h"
#include "diag.h"
#include "field.h"
#include "mem.h"
#include "outbox.h"
#include "rec_out.h"
#include "round.h"
#include "ways.h"
#include "when.h"

enum { MARGIN_SECONDS = 60, CALLS = 2 /* for one message, of Slack */ };

/* One that was sent, or was not, until that is written down. */
struct sent {
	char *id, *doc; /* NULL: there is none */
	struct outbox_row row;
	json_t *delivery;
	char *key;
	struct result result;
};

struct round {
	const struct options *opts;
	const struct conf *routes;
	struct store *store;
	struct rec_out *receipts;
	struct ways *ways;
	struct sent sent;
	double end; /* by when_ticks() */
	double soonest; /* seconds until one that was put off may go; infinite: none was */
	size_t taken;
	int status;
	bool is_stopped;
};

/* The Message-ID of a mail, by which its copies are known to be one; else the delivery's id. */
static char *
key_of(const struct letter *letter)
{
	static const char name[] = "Message-ID:";
	const char *line = letter->body.len > 0 ? letter->body.at : "";

	while (strcmp(letter->type, "message/rfc822") == 0 && *line != '\0' && *line != '\n'
	    && *line != '\r') {
		size_t len = strcspn(line, "\r\n");
		if (len > sizeof name && strncasecmp(line, name, sizeof name - 1) == 0) {
			line += sizeof name - 1;
			line += strspn(line, " ");
			return mem_copy(line, strcspn(line, " \r\n"));
		}
		line += len;
		line += strspn(line, "\r");
		line += *line == '\n';
	}
	return mem_printf("%s", letter->delivery_id);
}

/* What would become of it, had it been sent. */
static void
say_dry(struct round *round, const json_t *delivery, int attempt, const char *key)
{
	char at[WHEN_INSTANT_MAX];
	json_t *record = json_pack("{s:s, s:i, s:s, s:s, s:s, s:s, s:s, s:i, s:s, s:s}", "kind",
	    "receipt", "v", 1, "delivery_id", text_of(delivery, "delivery_id"), "receiver",
	    text_of(delivery, "receiver"), "channel", text_of(delivery, "channel"), "to",
	    text_of(delivery, "to"), "at", when_instant_text(when_now(), at), "attempt",
	    attempt, "result", "dry-run", "key", key);

	if (record == NULL)
		die(EX_DATAERR, "%s: damaged in the store", text_of(delivery, "delivery_id"));
	rec_dump(round->receipts, record);
	rec_flush(round->receipts);
	json_decref(record);
}

/* A person's business outlasts what time will mend. */
static void
owe(struct round *round, int status)
{
	if (round->status == EX_OK || round->status == EX_TEMPFAIL)
		round->status = status != EX_OK ? status : round->status;
}

static const json_t *
receiver_named(const struct conf *routes, const char *name)
{
	const json_t *receiver;
	size_t i;

	if (routes != NULL)
		json_array_foreach (conf_at(routes, "/receivers"), i, receiver)
			if (strcmp(text_of(receiver, "name"), name) == 0)
				return receiver;
	return NULL;
}

static struct result
send_it(const struct round *round, const json_t *delivery, const struct letter *letter)
{
	const struct channel *channel = channel_find(text_of(delivery, "channel"));
	const char *now = text_of(letter->receiver, "channel");

	if (letter->body.len == 0)
		return channel_failed(
		    REFUSED, EX_UNAVAILABLE, "no content: it was not rendered");
	if (channel == NULL)
		return channel_failed(LATER, EX_CONFIG, "no such channel");
	if (channel->needs_receiver && letter->receiver == NULL)
		return channel_failed(LATER, EX_CONFIG, "no such receiver in routes.json");
	if (channel->needs_receiver && strcmp(now, channel->name) != 0)
		return channel_failed(LATER, EX_CONFIG,
		    "made for %s, and routes.json has its receiver at %s now", channel->name,
		    now);
	return channel->send(&round->opts->means, letter);
}

static json_t *
settle(struct round *round)
{
	static const enum outbox_what ends[] = {
		[SENT] = OUTBOX_SENT, [LATER] = OUTBOX_LATER, [REFUSED] = OUTBOX_REFUSED
	};
	const struct sent *sent = &round->sent;
	const struct result *result = &sent->result;

	if (sent->id == NULL)
		return NULL;
	int64_t pause = backoff_seconds(sent->id, sent->row.failures + 1);
	return outbox_settle(round->store, &sent->row,
	    &(struct outbox_fate){ .what = ends[result->outcome],
		.next_at = when_now() + (pause > result->wait ? pause : result->wait),
		.needs_person = result->status == EX_CONFIG || result->status == EX_NOPERM
		    || result->status == EX_UNAVAILABLE,
		.reason = result->outcome == SENT ? NULL : result->reason,
		.key = sent->key,
		.ref = *result->ref != '\0' ? result->ref : NULL });
}

static void
tell_receipt(struct round *round, json_t *receipt)
{
	rec_dump(round->receipts, receipt);
	rec_flush(round->receipts);
	json_decref(receipt);
}

/* Told only when it is on the disk. */
static void
tell(struct round *round, json_t *receipt)
{
	struct sent *sent = &round->sent;

	if (receipt == NULL)
		return;
	if (sent->result.outcome != SENT)
		warn("%s to %s: %s: %s", sent->id, text_of(sent->delivery, "receiver"),
		    text_of(receipt, "result"), sent->result.reason);
	tell_receipt(round, receipt);
	owe(round, sent->result.status);
	json_decref(sent->delivery);
	free(sent->id);
	free(sent->doc);
	free(sent->key);
	*sent = (struct sent){ 0 };
}

/* The last one is settled in the transaction that counts the next one's attempt. */
static bool
count_attempt(struct round *round, struct outbox_row *row, int64_t until)
{
	outbox_begin(round->store);
	json_t *receipt = settle(round);
	json_t *gone = row != NULL ? outbox_supersede(round->store, row) : NULL;
	bool is_ours = row != NULL && gone == NULL && outbox_attempt(round->store, row, until);
	outbox_end(round->store);
	tell(round, receipt);
	if (gone != NULL)
		tell_receipt(round, gone);
	return is_ours;
}

static void
settle_last(struct round *round)
{
	if (round->sent.id != NULL)
		count_attempt(round, NULL, 0);
}

static void
remember(struct round *round, const struct outbox_row *row, json_t *delivery,
    const struct letter *letter, const struct result *result)
{
	char *id = mem_copy(row->delivery_id.at, row->delivery_id.len);
	char *doc = mem_copy(row->doc.at, row->doc.len);

	round->sent = (struct sent){ .id = id,
		.doc = doc,
		.row = { span(id), { doc, row->doc.len }, row->attempts, row->failures },
		    .delivery = json_incref(delivery), .key = key_of(letter),
		    .result = *result };
}

/* How long nobody else may take what is being sent: longer than any sending takes. */
static int
hold_of(const struct means *means)
{
	int http = CALLS * means->seconds;

	return (http > means->mail_seconds ? http : means->mail_seconds) + MARGIN_SECONDS;
}

/* Where it goes to, as far as one message may be in another's way. */
static char *
way_of(const json_t *delivery)
{
	const char *name = text_of(delivery, "channel");
	const struct channel *channel = channel_find(name);

	if (channel != NULL && channel->is_one_way)
		return mem_printf("%s", name);
	return mem_printf(
	    "%s %s %s", name, text_of(delivery, "receiver"), text_of(delivery, "to"));
}

static void
close_way(
    struct round *round, const json_t *delivery, const char *way, const struct result *result)
{
	const struct channel *channel = channel_find(text_of(delivery, "channel"));
	double pace = channel != NULL ? channel->pace_ms / 1000. : 0;
	double closed = (double)result->closed > pace ? (double)result->closed : pace;

	if (closed > 0)
		ways_close(round->ways, way, closed);
}

/* Counted, sent, settled: a crash in between costs one more copy with the same key. */
static void
deliver(struct round *round, struct outbox_row *row, json_t *delivery, struct letter *letter)
{
	const char *thread = text_of(delivery, "thread");
	char *way = way_of(delivery), *ref = NULL;
	double wait = ways_wait(round->ways, way);

	if (wait > 0) {
		round->soonest = wait < round->soonest ? wait : round->soonest;
	} else if (count_attempt(round, row, when_now() + hold_of(&round->opts->means))) {
		if (*thread != '\0')
			letter->ref = ref = outbox_ref(round->store, thread);
		struct result result = send_it(round, delivery, letter);
		remember(round, row, delivery, letter, &result);
		close_way(round, delivery, way, &result);
		round->taken++;
	}
	free(ref);
	free(way);
}

static bool
is_wanted(struct round *round, const struct outbox_row *row)
{
	const struct options *opts = round->opts;

	if (opts->paused != NULL && !opts->dry_run && access(opts->paused, F_OK) == 0)
		round->is_stopped = true;
	if (!opts->dry_run && when_ticks() > round->end)
		round->is_stopped = true;
	return !round->is_stopped && round->taken < opts->limit
	    && (opts->only == NULL || span_is(row->delivery_id, opts->only));
}

static void
visit(void *context, struct outbox_row *row)
{
	struct round *round = context;

	if (!is_wanted(round, row))
		return;
	json_t *delivery = json_loadb(row->doc.at, row->doc.len, 0, NULL);
	if (delivery == NULL)
		die(EX_DATAERR, "%.*s: damaged in the store", (int)row->delivery_id.len,
		    row->delivery_id.at);
	const json_t *content = json_object_get(delivery, "content");
	const json_t *body = json_object_get(content, "body");
	struct letter letter = { .delivery_id = text_of(delivery, "delivery_id"),
		.to = text_of(delivery, "to"),
		.state = text_of(delivery, "state"),
		.dir = text_of(delivery, "dir"),
		.type = text_of(content, "type"),
		.body = { json_string_value(body), json_string_length(body) },
		.receiver = receiver_named(round->routes, text_of(delivery, "receiver")) };

	if (round->opts->dry_run) {
		char *key = key_of(&letter);
		say_dry(round, delivery, row->attempts + 1, key);
		free(key);
		round->taken++;
	} else {
		deliver(round, row, delivery, &letter);
	}
	json_decref(delivery);
}

/* Whether sending is paused; its file may say why. */
static bool
is_paused(const char *path)
{
	char why[200] = "";
	FILE *file = path != NULL ? fopen(path, "re") : NULL;

	if (file == NULL && path != NULL && errno != ENOENT)
		die_errno(EX_NOINPUT, "%s", path);
	if (file == NULL)
		return false;
	if (fgets(why, sizeof why, file) == NULL && ferror(file))
		die_errno(EX_IOERR, "%s", path);
	fclose(file);
	why[strcspn(why, "\n")] = '\0';
	warn("paused: nothing is sent while %s is there%s%s", path, *why != '\0' ? ": " : "",
	    why);
	return true;
}

/* Whether there is more to do when what was put off may go, and it may. */
static bool
waited(const struct round *round)
{
	if (round->is_stopped || round->taken >= round->opts->limit
	    || when_ticks() + round->soonest > round->end)
		return false;
	nanosleep(
	    &(struct timespec){ (time_t)round->soonest, (long)(fmod(round->soonest, 1) * 1e9) },
	    NULL);
	return true;
}

int
round_go(const struct options *opts, const struct conf *routes)
{
	struct round round = {
		.opts = opts, .routes = routes, .end = when_ticks() + opts->round_seconds
	};

	if (!opts->dry_run && is_paused(opts->paused))
		return EX_OK;
	round.store = store_open(opts->db, opts->dry_run ? STORE_READ : STORE_CHANGE);
	round.receipts = rec_to(STDOUT_FILENO, "stdout");
	round.ways = ways_new();
	do {
		round.soonest = INFINITY;
		outbox_due(round.store, when_now(), visit, &round);
		settle_last(&round);
	} while (waited(&round));
	rec_finish(round.receipts);
	ways_free(round.ways);
	store_close(round.store);
	return round.status;
}
