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

/* What a run has staged, kind by kind as store_kinds has them; NULL: nothing of it. */
struct staged {
	struct rows **rows;
	size_t count;
	const struct kind *summed; /* that the summaries tell of */
};

static size_t
kinds_count(void)
{
	size_t count = 0;

	while (store_kinds()[count].name != NULL)
		count++;
	return count;
}

/* Of several kinds it is the deals that came through the pipe; the rest was told beside it. */
static struct staged
open_stages(struct store *store, const struct options *opts, bool summed)
{
	const struct kind *kinds = store_kinds();
	struct staged staged = { .rows = mem_new(kinds_count(), sizeof *staged.rows) };

	for (size_t i = 0; kinds[i].name != NULL; i++) {
		staged.rows[i] = stage_open(store, opts->url, opts->what, &kinds[i]);
		if (staged.rows[i] == NULL)
			continue;
		if (staged.count++ == 0 || strcmp(kinds[i].name, "deal") == 0)
			staged.summed = &kinds[i];
	}
	if (summed && staged.count > 1 && strcmp(staged.summed->name, "deal") != 0)
		die(EX_USAGE, "%s: several kinds are staged, the summaries tell of one",
		    opts->what);
	return staged;
}

static size_t
load_stage(struct store *store, const struct options *opts, const struct kind *kind,
    struct rows *rows, size_t *count)
{
	struct load *load = store_load(store, kind, opts->what, opts->zone);
	const struct rec *rec;
	struct store_row row;

	if (rows_source(rows) != NULL)
		store_load_from(load, rows_source(rows), opts->take_over);
	else if (opts->take_over != NULL && strcmp(kind->name, "deal") == 0)
		die(EX_USAGE, "--take-over %s: the deals were put without --source",
		    opts->take_over);
	if (opts->past)
		store_load_past(load);
	if (opts->full != NULL && strcmp(opts->full, kind->name) == 0)
		store_load_whole(load, opts->most_deleted);
	for (*count = 0; (rec = rows_next(rows, &row)) != NULL; ++*count) {
		row.doc = rows_doc(rows, rec);
		store_load_row(load, &row);
	}
	rows_free(rows);
	return store_load_end(load);
}

static size_t
load_stages(struct store *store, const struct options *opts, const struct chain *chain,
    const struct staged *staged)
{
	const struct kind *kinds = store_kinds();
	size_t changes = 0, count;

	for (size_t i = 0; kinds[i].name != NULL; i++) {
		if (staged->rows[i] == NULL)
			continue;
		changes += load_stage(store, opts, &kinds[i], staged->rows[i], &count);
		if (&kinds[i] == staged->summed)
			check_count(chain, opts, &kinds[i], count);
	}
	return changes + store_take_out(store, opts->what);
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
	struct staged staged = open_stages(store, opts, chain.count > 0);
	if (staged.count > 0) {
		changes = load_stages(store, opts, &chain, &staged);
		store_end(store, opts->what, changes);
	} else if (!store_committed(store, opts->what)) {
		die(EX_NOINPUT, "%s: nothing is staged", opts->what);
	}
	free(staged.rows);
	stage_clear(store, opts->url, opts->what);
	store_close(store);
	chain_release(&chain);
	if (opts->verbose)
		warn("%s: %zu changes", opts->what, changes);
}
