#include <unistd.h>

#include "diag.h"
#include "rec.h"
#include "rec_out.h"
#include "verbs.h"

static void
write_doc(void *out, struct span doc)
{
	rec_pass(out, &(struct rec){ .line = doc });
}

void
get_records(const struct options *opts)
{
	const struct kind *kind = kind_named(opts->what);

	check_open(STDOUT_FILENO, "stdout");
	if (opts->when.as_of != NULL && kind->history == NULL && kind->order == NULL)
		die(EX_USAGE, "a %s is kept only as it stands, not as of a day", kind->name);

	struct store *store = store_open(opts->url, STORE_READ);
	struct rec_out *out = rec_to(STDOUT_FILENO, "stdout");
	store_get(store, kind, &opts->when, write_doc, out);
	store_close(store);
	rec_finish(out);
}
