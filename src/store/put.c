#include <unistd.h>

#include "diag.h"
#include "stage.h"
#include "summary.h"
#include "verbs.h"

void
put_records(const struct options *opts)
{
	const struct kind *kind = kind_named(opts->what);

	check_open(STDIN_FILENO, "stdin");
	stage_check(opts->run);
	if (opts->source != NULL && strcmp(kind->name, "deal") != 0)
		die(EX_USAGE, "--source: only deals are told apart by it, not a %s",
		    kind->name);
	store_close(store_open(opts->url, STORE_MAKE));

	struct rows *rows = rows_from(rec_from(STDIN_FILENO, "stdin"), "stdin", kind);
	struct order *order = order_new(kind, "stdin");
	const struct rec *rec;
	struct store_row row;

	while ((rec = rows_next(rows, &row)) != NULL)
		order_add(order, &row, rec);
	rows_free(rows);

	size_t count = stage_write(opts->url, opts->run, kind, opts->source, order);
	summary_write(opts->summary_count > 0 ? opts->summaries[0] : NULL,
	    &(struct summary){ .stage = "store", .in = count, .out = count });
}

/* The store is made as put makes it, for this may be what a pipeline asks of it first. */
void
discard_run(const struct options *opts)
{
	stage_check(opts->what);

	struct store *store = store_open(opts->url, STORE_MAKE);
	stage_discard(store, opts->url, opts->what);
	store_close(store);
}
