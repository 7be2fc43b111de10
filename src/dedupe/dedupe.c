#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "alike.h"
#include "contest.h"
#include "diag.h"
#include "key.h"
#include "keyset.h"
#include "rec.h"
#include "rec_out.h"
#include "summary.h"
#include "when.h"

struct options {
	const char *keys[KEY_FIELDS];
	size_t key_count;
	const char *newest, *dropped, *summary;
	bool trust, alike;
	struct alike_how how;
};

enum { WITHIN = 14, DAYS_MAX = 366, NO_DAYS = -1 };

struct streams {
	struct rec_in *in;
	struct rec_out *out, *dropped; /* dropped: NULL if nobody asked */
	struct summary sum;
};

static void
pass_or_drop(struct streams *streams, const struct rec *rec, bool passes)
{
	streams->sum.in++;
	if (passes) {
		streams->sum.out++;
		rec_pass(streams->out, rec);
	} else {
		streams->sum.dropped++;
		if (streams->dropped != NULL)
			rec_pass(streams->dropped, rec);
	}
}

static void
keep_first(struct streams *streams, struct key *key)
{
	struct keyset *seen = keyset_new();
	const struct rec *rec;

	while ((rec = rec_next(streams->in)) != NULL) {
		keyset_expect(seen, key_ahead(key));
		pass_or_drop(streams, rec, keyset_add(seen, key_of(key, rec)));
	}
	keyset_free(seen);
}

static int64_t
stamp_of(const struct rec *rec, size_t slot, const char *name)
{
	int64_t stamp;

	if (rec_is_missing(rec, slot))
		return CONTEST_NO_STAMP;
	if (rec->fields[slot].type != REC_STRING || !when_stamp(rec_text(rec, slot), &stamp))
		die(EX_DATAERR, "stdin:%zu: %s: %.*s: neither a date nor an RFC 3339 instant",
		    rec->number, name, (int)rec->fields[slot].len, rec->fields[slot].text);
	return stamp;
}

static void
keep_newest(struct streams *streams, struct key *key, const char *newest)
{
	struct contest *contest = contest_new();
	size_t stamp = rec_want(streams->in, newest);
	const struct rec *rec;
	bool won;

	while ((rec = rec_next(streams->in)) != NULL)
		contest_enter(contest, rec, key_of(key, rec), stamp_of(rec, stamp, newest));
	while ((rec = contest_next(contest, &won)) != NULL)
		pass_or_drop(streams, rec, won);
	contest_free(contest);
}

static void
dedupe(struct streams *streams, const struct options *opts)
{
	if (opts->alike) {
		alike_tell(streams->in, streams->out, opts->how, &streams->sum);
		return;
	}

	struct key *key = key_new(streams->in, opts->keys, opts->key_count);

	if (opts->newest != NULL)
		keep_newest(streams, key, opts->newest);
	else
		keep_first(streams, key);
	key_free(key);
}

static const struct usage usage = {
	.example = "saleswatch dedupe --key deal_id --newest modified_at < deals",
	.line = "dedupe [-k FIELD]... [-n FIELD] [--dropped FILE] [--summary FILE] [--trust]"
		" [--alike] [--account FIELD] [--within DAYS] < records",
	.options =
	    "  -k, --key FIELD     what makes two records the same; again for each field more\n"
	    "                      (deal_id)\n"
	    "  -n, --newest FIELD  keep the one with the newest date or instant there; of\n"
	    "                      equal or missing ones the later arrival (else the first)\n"
	    "  -d, --dropped FILE  write the other records there\n"
	    "  -S, --summary FILE  write the counts there\n"
	    "  -t, --trust         the lines were checked before: look for the key only\n"
	    "  -a, --alike         write no deals, but which of them look alike\n"
	    "  -A, --account FIELD with --alike: what tells accounts apart (account_id)\n"
	    "  -w, --within DAYS   with --alike: created so many days apart at most (14)\n",
};

static void
add_key(struct options *opts, const char *field)
{
	if (opts->key_count == KEY_FIELDS)
		die(EX_USAGE, "--key %s: more than %d fields", field, KEY_FIELDS);
	opts->keys[opts->key_count++] = field;
}

static int
days(const char *text)
{
	char *end;
	long days = strtol(text, &end, 10);

	if (*text < '0' || *text > '9' || *end != '\0' || days > DAYS_MAX)
		die(EX_USAGE, "--within %s: not a number of days up to %d", text, DAYS_MAX);
	return (int)days;
}

static void
check_options(struct options *opts)
{
	if (opts->dropped != NULL && strcmp(opts->dropped, "-") == 0)
		die(EX_USAGE, "--dropped -: standard output is for what passes");
	if (opts->alike
	    && (opts->key_count > 0 || opts->newest != NULL || opts->dropped != NULL))
		die(EX_USAGE,
		    "--alike drops nothing: it goes without --key, --newest and --dropped");
	if (!opts->alike && (opts->how.account != NULL || opts->how.within != NO_DAYS))
		die(EX_USAGE, "--account and --within are for --alike");
	if (opts->how.account == NULL)
		opts->how.account = "account_id";
	if (opts->how.within == NO_DAYS)
		opts->how.within = WITHIN;
	if (opts->key_count == 0)
		add_key(opts, "deal_id");
}

static struct options
parse_options(int argc, char *argv[])
{
	static const struct option longopts[] = {
		{ "key", required_argument, NULL, 'k' },
		{ "newest", required_argument, NULL, 'n' },
		{ "dropped", required_argument, NULL, 'd' },
		{ "summary", required_argument, NULL, 'S' },
		{ "trust", no_argument, NULL, 't' },
		{ "alike", no_argument, NULL, 'a' },
		{ "account", required_argument, NULL, 'A' },
		{ "within", required_argument, NULL, 'w' },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },
		{ 0 },
	};
	struct options opts = { .how.within = NO_DAYS };
	int opt;

	while ((opt = getopt_long(argc, argv, "k:n:d:S:taA:w:hV", longopts, NULL)) != -1)
		switch (opt) {
		case 'k': add_key(&opts, optarg); break;
		case 'n': opts.newest = optarg; break;
		case 'd': opts.dropped = optarg; break;
		case 'S': opts.summary = optarg; break;
		case 't': opts.trust = true; break;
		case 'a': opts.alike = true; break;
		case 'A': opts.how.account = optarg; break;
		case 'w': opts.how.within = days(optarg); break;
		case 'h': diag_help(&usage);
		case 'V': diag_version();
		default: diag_misuse(&usage);
		}
	if (optind < argc)
		diag_misuse(&usage);
	check_options(&opts);
	return opts;
}

int
main(int argc, char *argv[])
{
	diag_name(argv[0]);

	struct options opts = parse_options(argc, argv);
	struct streams streams = {
		.in = rec_from(STDIN_FILENO, "stdin"),
		.out = rec_to(STDOUT_FILENO, "stdout"),
		.dropped = opts.dropped != NULL ? rec_create(opts.dropped) : NULL,
		.sum = { .stage = "dedupe" },
	};

	rec_tie(streams.in, streams.out);
	if (opts.trust)
		rec_trust(streams.in);
	dedupe(&streams, &opts);
	summary_finish(opts.summary, &streams.sum, streams.out, streams.dropped);
	rec_close(streams.in);
	return EX_OK;
}
