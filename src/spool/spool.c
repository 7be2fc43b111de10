#include <getopt.h>
#include <stdlib.h>

#include "diag.h"
#include "rec.h"
#include "rec_out.h"
#include "spool.h"

static void
spool(const char *dir)
{
	struct rec_in *in = rec_open("-");
	struct rec_out *out = NULL; /* nothing in is nothing to accept */
	const struct rec *record;
	char *name = spool_name(), *draft = spool_file(dir, "tmp", name);

	while ((record = rec_next(in)) != NULL) {
		if (out == NULL) {
			spool_make(dir);
			spool_hold(dir);
			out = rec_create(draft);
		}
		rec_pass(out, record);
	}
	rec_close(in);
	if (out != NULL) {
		rec_finish(out);
		spool_accept(dir, name);
	}
	free(draft);
	free(name);
}

static const struct usage usage = {
	.example = "saleswatch spool /var/spool/saleswatch/deals < deals",
	.line = "spool DIR < records",
	.options = "  DIR  the folder that they wait in; it is made if it is not there\n",
};

static const char *
parse_options(int argc, char *argv[])
{
	static const struct option longopts[] = {
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },
		{ 0 },
	};
	int opt = getopt_long(argc, argv, "hV", longopts, NULL);

	if (opt == 'h')
		diag_help(&usage);
	if (opt == 'V')
		diag_version();
	if (opt != -1 || argc - optind != 1)
		diag_misuse(&usage);
	return argv[optind];
}

int
main(int argc, char *argv[])
{
	diag_name(argv[0]);
	spool(parse_options(argc, argv));
	return EX_OK;
}
