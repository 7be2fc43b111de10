#include <stdlib.h>

#include "diag.h"
#include "mem.h"
#include "stage.h"
#include "verbs.h"

/* A stage of the pipe that was staged: what it says it took and gave. */
struct stage {
	char *name;
	uint64_t in, out;
};

struct chain {
	struct stage *stages;
	size_t count;
};

static uint64_t
number(const struct rec *rec, size_t slot, const char *path)
{
	struct span text = rec_text(rec, slot);
	char *copy = mem_copy(text.at, text.len);
	uint64_t value = strtoull(copy, NULL, 10);

	if (rec->fields[slot].type != REC_INTEGER || copy[0] == '-')
		die(EX_DATAERR, "%s:%zu: no summary: it lacks stage, in or out", path,
		    rec->number);
	free(copy);
	return value;
}

static void
read_summaries(struct chain *chain, const char *path)
{
	struct rec_in *in = rec_open(path);
	size_t name = rec_want(in, "stage"), took = rec_want(in, "in");
	size_t gave = rec_want(in, "out"), written = rec_want(in, "written");
	const struct rec *rec;

	while ((rec = rec_next(in)) != NULL) {
		struct span text = rec_text(rec, name);
		bool sums = rec->fields[written].type != REC_ABSENT;
		chain->stages =
		    mem_grow(chain->stages, chain->count + 1, sizeof *chain->stages);
		chain->stages[chain->count++] = (struct stage){ mem_copy(text.at, text.len),
			number(rec, took, path), number(rec, sums ? written : gave, path) };
	}
	rec_close(in);
}

static struct chain
read_chain(const struct options *opts)
{
	struct chain chain = { NULL, 0 };

	for (int i = 0; i < opts->summary_count; i++)
		read_summaries(&chain, opts->summaries[i]);
	return chain;
}

static void
chain_release(struct chain *chain)
{
	for (size_t i = 0; i < chain->count; i++)
		free(chain->stages[i].name);
	free(chain->stages);
}

static void
check_chain(const struct chain *chain, const char *run)
{
	for (size_t i = 1; i < chain->count; i++) {
		const struct stage *gave = &chain->stages[i - 1], *took = &chain->stages[i];
		if (gave->out != took->in)
			die(EX_DATAERR, "%s: %s gave %ju records, %s took %ju", run, gave->name,
			    (uintmax_t)gave->out, took->name, (uintmax_t)took->in);
	}
}

/* What the last one gave must all have been staged. */
static void
check_count(const struct chain *chain, const struct options *opts, const struct kind *kind,
    size_t count)
{
	if (chain->count == 0)
		return;
	const struct stage *last = &chain->stages[chain->count - 1];
	if (count != last->out)
		die(EX_DATAERR, "%s: %s gave %ju records, store put %s took %zu", opts->what,
		    last->name, (uintmax_t)last->out, kind->name, count);
}

static size_t
load_stage(struct store *store, const struct options *opts, const struct kind *kind,
    struct rows *rows, const struct chain *chain)
{
	struct load *load = store_load(store, kind, opts->what, opts->zone);
	const struct rec *rec;
	struct store_row row;
	size_t count = 0;

	if (opts->full != NULL && strcmp(opts->full, kind->name) == 0)
		store_load_whole(load);
	for (; (rec = rows_next(rows, &row)) != NULL; count++) {
		row.doc = rows_doc(rows, rec);
		store_load_row(load, &row);
	}
	rows_free(rows);
	check_count(chain, opts, kind, count);
	return store_load_end(load);
}

/* The stage of every kind; how many there were. */
static size_t
load_stages(
    struct store *store, const struct options *opts, const struct chain *chain, size_t *changes)
{
	size_t loaded = 0;

	for (const struct kind *kind = store_kinds(); kind->name != NULL; kind++) {
		struct rows *rows = stage_open(store, opts->url, opts->what, kind);
		if (rows == NULL)
			continue;
		if (++loaded > 1 && chain->count > 0)
			die(EX_USAGE, "%s: several kinds are staged, the summaries tell of one",
			    opts->what);
		*changes += load_stage(store, opts, kind, rows, chain);
	}
	return loaded;
}

/* Cleared only afterwards: to be killed in between is to do it again, and change nothing. */
void
commit_run(const struct options *opts)
{
	struct chain chain = read_chain(opts);
	size_t changes = 0;

	stage_check(opts->what);
	check_chain(&chain, opts->what);

	struct store *store = store_open(opts->url, STORE_CHANGE);
	store_begin(store);
	if (load_stages(store, opts, &chain, &changes) > 0)
		store_end(store, opts->what, changes);
	else if (!store_committed(store, opts->what))
		die(EX_NOINPUT, "%s: nothing is staged", opts->what);
	stage_clear(store, opts->url, opts->what);
	store_close(store);
	chain_release(&chain);
	if (opts->verbose)
		warn("%s: %zu changes", opts->what, changes);
}
