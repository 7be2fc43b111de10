#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "diag.h"
#include "keyset.h"
#include "rec.h"
#include "rec_out.h"

struct options {
	const char *key;
	bool verbose, strict;
};

static void
dedupe(struct rec_in *in, struct rec_out *out, const struct options *opts)
{
	struct keyset *seen = keyset_new();
	size_t key = rec_want(in, opts->key), dropped = 0;
	const struct rec *deal;

	while ((deal = rec_next(in)) != NULL) {
		keyset_expect(seen, rec_text(rec_ahead(in), key));
		if (rec_text(deal, key).len == 0)
			die(EX_DATAERR, "stdin:%zu: no %s", deal->number, opts->key);
		if (keyset_add(seen, rec_text(deal, key)))
			rec_pass(out, deal);
		else
			dropped++;
	}
	rec_finish(out);
	if (opts->verbose)
		warn("%zu passed, %zu dropped", keyset_count(seen), dropped);
	keyset_free(seen);
}

static _Noreturn void
usage(int asked)
{
	fputs("usage: dedupe [-sv] [-k FIELD] <records\n", asked ? stdout : stderr);
	exit(asked ? EX_OK : EX_USAGE);
}

static struct options
parse_options(int argc, char *argv[])
{
	static const struct option longopts[] = {
		{ "key", required_argument, NULL, 'k' },
		{ "strict", no_argument, NULL, 's' },
		{ "verbose", no_argument, NULL, 'v' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	struct options opts = { .key = "deal_id" };
	int opt;

	while ((opt = getopt_long(argc, argv, "k:svh", longopts, NULL)) != -1)
		switch (opt) {
		case 'k': opts.key = optarg; break;
		case 's': opts.strict = true; break;
		case 'v': opts.verbose = true; break;
		default: usage(opt == 'h');
		}
	if (optind < argc)
		usage(false);
	return opts;
}

int
main(int argc, char *argv[])
{
	diag_name(argv[0]);

	struct options opts = parse_options(argc, argv);
	struct rec_in *in = rec_from(STDIN_FILENO, "stdin");
	struct rec_out *out = rec_to(STDOUT_FILENO, "stdout");

	rec_tie(in, out);
	if (!opts.strict)
		rec_trust(in);
	dedupe(in, out, &opts);
	rec_close(in);
	return EX_OK;
}
