#include <stdlib.h>

#include "diag.h"
#include "mem.h"
#include "rec.h"
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
check_staged(struct store *store, const struct chain *chain, const char *run)
{
	const struct stage *last = &chain->stages[chain->count - 1];
	size_t count, kinds = 0;

	for (const struct kind *kind = store_kinds(); kind->name != NULL; kind++) {
		if (!store_staged(store, run, kind, &count))
			continue;
		if (++kinds > 1)
			die(EX_USAGE, "%s: several kinds are staged, summaries tell of one",
			    run);
		if (count != last->out)
			die(EX_DATAERR, "%s: %s gave %ju records, store put %s took %zu", run,
			    last->name, (uintmax_t)last->out, kind->name, count);
	}
}

void
commit_run(const struct options *opts)
{
	struct chain chain = read_chain(opts);
	struct store *store = store_open(opts->url, STORE_CHANGE);

	store_begin(store);
	check_chain(&chain, opts->what);
	if (chain.count > 0)
		check_staged(store, &chain, opts->what);
	size_t changes = store_apply(store, opts->what, opts->zone);
	store_end(store);
	store_close(store);
	if (opts->verbose)
		warn("%s: %zu changes", opts->what, changes);
	chain_release(&chain);
}
