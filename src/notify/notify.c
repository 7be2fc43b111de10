#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "backoff.h"
#include "channel.h"
#include "conf.h"
#include "diag.h"
#include "mem.h"
#include "rec_out.h"
#include "store.h"
#include "when.h"

enum { MSMTP_SECONDS = 60, MARGIN_SECONDS = 60 };

struct options {
	const char *db, *conf, *paused;
	size_t limit;
	bool dry_run;
	struct means means;
};

struct round {
	const struct options *opts;
	struct store *store;
	struct rec_out *receipts;
	size_t taken;
	int status;
};

static const char *
text_of(const json_t *record, const char *name)
{
	const char *text = json_string_value(json_object_get(record, name));

	return text != NULL ? text : "";
}

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

static void
receipt(struct round *round, const json_t *delivery, int attempt, const char *became,
    const char *reason, const char *key)
{
	char at[WHEN_INSTANT_MAX];
	json_t *record = json_pack("{s:s, s:i, s:s, s:s, s:s, s:s, s:s, s:i, s:s}", "kind",
	    "receipt", "v", 1, "delivery_id", text_of(delivery, "delivery_id"), "receiver",
	    text_of(delivery, "receiver"), "channel", text_of(delivery, "channel"), "to",
	    text_of(delivery, "to"), "at", when_instant_text(when_now(), at), "attempt",
	    attempt, "result", became);

	if (record == NULL
	    || (reason != NULL
		&& json_object_set_new(record, "reason", json_string(reason)) != 0)
	    || json_object_set_new(record, "key", json_string(key)) != 0)
		die(EX_OSERR, "out of memory");
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

static struct result
send_it(const struct round *round, const json_t *delivery, const struct letter *letter)
{
	channel_send *send = channel_find(text_of(delivery, "channel"));

	if (letter->body.len == 0)
		return channel_failed(
		    REFUSED, EX_UNAVAILABLE, "no content: it was not rendered");
	if (send == NULL)
		return channel_failed(LATER, EX_CONFIG, "no such channel");
	return send(&round->opts->means, letter);
}

static void
settle(struct round *round, const struct outbox_row *row, const json_t *delivery,
    const struct letter *letter, struct result result)
{
	static const char *const words[] = { "sent", "later", "refused" };
	char *key = key_of(letter);

	switch (result.outcome) {
	case SENT: outbox_sent(round->store, row, key); break;
	case REFUSED: outbox_refused(round->store, row, result.reason); break;
	case LATER:
		outbox_later(round->store, row,
		    when_now() + backoff_seconds(letter->delivery_id, row->attempts),
		    result.reason);
	}
	if (result.outcome != SENT)
		warn("%s to %s: %s: %s", letter->delivery_id, text_of(delivery, "receiver"),
		    words[result.outcome], result.reason);
	receipt(round, delivery, row->attempts, words[result.outcome],
	    result.outcome == SENT ? NULL : result.reason, key);
	owe(round, result.status);
	free(key);
}

/* How long nobody else may take what is being sent: longer than any sending takes. */
static int
hold_of(const struct options *opts)
{
	return opts->means.seconds + MARGIN_SECONDS;
}

/* Counted, sent, settled: a crash in between costs one more copy with the same key. */
static void
deliver(void *context, struct outbox_row *row)
{
	struct round *round = context;

	if (round->taken == round->opts->limit)
		return;
	json_t *delivery = json_loadb(row->doc.at, row->doc.len, 0, NULL);
	if (delivery == NULL)
		die(EX_DATAERR, "%.*s: damaged in the store", (int)row->delivery_id.len,
		    row->delivery_id.at);
	const json_t *content = json_object_get(delivery, "content");
	const json_t *body = json_object_get(content, "body");
	struct letter letter = { .delivery_id = text_of(delivery, "delivery_id"),
		.to = text_of(delivery, "to"),
		.dir = text_of(delivery, "dir"),
		.type = text_of(content, "type"),
		.body = { json_string_value(body), json_string_length(body) } };

	if (round->opts->dry_run) {
		char *key = key_of(&letter);
		receipt(round, delivery, row->attempts + 1, "dry-run", NULL, key);
		free(key);
		round->taken++;
	} else if (outbox_attempt(round->store, row, when_now() + hold_of(round->opts))) {
		struct result result = send_it(round, delivery, &letter);
		settle(round, row, delivery, &letter, result);
		round->taken++;
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

static int
notify(const struct options *opts)
{
	struct round round = { .opts = opts };

	if (!opts->dry_run && is_paused(opts->paused))
		return EX_OK;
	signal(SIGPIPE, SIG_IGN); /* a terminal that went away is a reason, no end */
	round.store = store_open(opts->db, opts->dry_run ? STORE_READ : STORE_CHANGE);
	round.receipts = rec_to(STDOUT_FILENO, "stdout");
	outbox_due(round.store, when_now(), deliver, &round);
	rec_finish(round.receipts);
	store_close(round.store);
	return round.status;
}

static const struct usage usage = {
	.example = "saleswatch notify --db sqlite:var/store.db --dry-run | jq -r .to",
	.line = "notify --db URL [--conf FILE] [--state DIR] [--terminal FILE] [--paused FILE]"
		" [--limit N] [--dry-run]",
	.options =
	    "  -d, --db URL         the store whose outbox is emptied\n"
	    "  -c, --conf FILE      \"msmtp\" of saleswatch.json: command, account, file,\n"
	    "                       from, seconds\n"
	    "      --state DIR      the folder that the channel file writes under [.]\n"
	    "      --terminal FILE  where the channel terminal writes [stderr]\n"
	    "      --paused FILE    send nothing while it exists\n"
	    "  -n, --limit N        send at most N\n"
	    "      --dry-run        send nothing, count nothing: say what is due\n",
};

static size_t
parse_limit(const char *text)
{
	char *end;
	unsigned long limit = strtoul(text, &end, 10);

	if (*text < '0' || *text > '9' || *end != '\0')
		die(EX_USAGE, "--limit: %s: no number", text);
	return limit;
}

static struct options
parse_options(int argc, char *argv[])
{
	static const struct option longopts[] = {
		{ "db", required_argument, NULL, 'd' },
		{ "conf", required_argument, NULL, 'c' },
		{ "state", required_argument, NULL, 's' },
		{ "terminal", required_argument, NULL, 't' },
		{ "paused", required_argument, NULL, 'p' },
		{ "limit", required_argument, NULL, 'n' },
		{ "dry-run", no_argument, NULL, 'y' },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },
		{ 0 },
	};
	struct options opts = { .limit = SIZE_MAX, .means.state = "." };
	int opt;

	while ((opt = getopt_long(argc, argv, "d:c:n:hV", longopts, NULL)) != -1)
		switch (opt) {
		case 'd': opts.db = optarg; break;
		case 'c': opts.conf = optarg; break;
		case 's': opts.means.state = optarg; break;
		case 't': opts.means.terminal = optarg; break;
		case 'p': opts.paused = optarg; break;
		case 'n': opts.limit = parse_limit(optarg); break;
		case 'y': opts.dry_run = true; break;
		case 'h': diag_help(&usage);
		case 'V': diag_version();
		default: diag_misuse(&usage);
		}
	if (optind < argc || opts.db == NULL)
		diag_misuse(&usage);
	return opts;
}

static void
read_msmtp(const struct conf *conf, struct means *means)
{
	static const char *const keys[] = { "command", "account", "file", "from", "seconds",
		NULL };
	double seconds;

	if (conf_at(conf, "/msmtp") != NULL)
		conf_only(conf, "/msmtp", keys);
	means->msmtp = conf_text(conf, "/msmtp/command", "msmtp");
	means->account = conf_text(conf, "/msmtp/account", NULL);
	means->config = conf_text(conf, "/msmtp/file", NULL);
	means->from = conf_text(conf, "/msmtp/from", NULL);
	seconds = conf_number(conf, "/msmtp/seconds", MSMTP_SECONDS);
	if (seconds < 1 || seconds > 3600)
		conf_die(conf, "/msmtp/seconds", "must be 1 to 3600");
	means->seconds = (int)seconds;
}

int
main(int argc, char *argv[])
{
	diag_name(argv[0]);

	struct options opts = parse_options(argc, argv);
	struct conf *conf = opts.conf != NULL ? conf_load(opts.conf) : NULL;

	opts.means.msmtp = "msmtp";
	opts.means.seconds = MSMTP_SECONDS;
	if (conf != NULL)
		read_msmtp(conf, &opts.means);
	int status = notify(&opts);
	if (conf != NULL)
		conf_free(conf);
	return status;
}
