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

int
main(int argc, char *argv[])
{
	diag_name(argv[0]);
	spool(*diag_operands(argc, argv, &usage, 1));
	return EX_OK;
}
