#include <unistd.h>

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
	struct store *store = store_open(opts->url, STORE_READ);
	struct rec_out *out = rec_to(STDOUT_FILENO, "stdout");

	store_get(store, kind_named(opts->what), &opts->when, write_doc, out);
	store_close(store);
	rec_finish(out);
}
