#include <stdio.h>
#include <stdlib.h>

#include "mem.h"
#include "names.h"
#include "store_origins.h"

enum { DIGITS = 24 };

struct store_origins {
	struct query *add;
	char *run;
	int64_t before; /* how many numbers are taken */
	struct names *sources;
	char *last; /* source asked for, and its number */
	char number[DIGITS];
};

struct store_origins *
origins_new(struct store *store, const char *run)
{
	struct store_origins *origins = mem_new(1, sizeof *origins);
	struct query *last = sql_prepare(store, "SELECT max(n) FROM origin");

	origins->before = sql_step(last) ? sql_integer(last, 0) : 0;
	sql_free(last);
	origins->add = sql_add(store, "origin", "n, name, source, run", "");
	origins->run = mem_printf("%s", run);
	origins->sources = names_new();
	return origins;
}

static void
add_origin(struct store_origins *origins, struct span name, struct span source)
{
	sql_bind(origins->add, 1, span(origins->number));
	sql_bind(origins->add, 2, name);
	sql_bind(origins->add, 3, source);
	sql_bind(origins->add, 4, span(origins->run));
	sql_finish(origins->add);
}

/* Most deals of a load come from one source. */
struct span
origins_of(struct store_origins *origins, struct span name, struct span source)
{
	if (origins->last != NULL && span_is(source, origins->last))
		return span(origins->number);
	free(origins->last);
	origins->last = mem_copy(source.at, source.len);

	uint32_t known = names_count(origins->sources);
	uint32_t i = names_add(origins->sources, source);
	snprintf(origins->number, DIGITS, "%jd", (intmax_t)(origins->before + 1 + i));
	if (i == known)
		add_origin(origins, name, source);
	return span(origins->number);
}

void
origins_free(struct store_origins *origins)
{
	sql_free(origins->add);
	names_free(origins->sources);
	free(origins->last);
	free(origins->run);
	free(origins);
}
