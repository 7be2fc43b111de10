#include <stdlib.h>

#include "diag.h"
#include "mem.h"
#include "names.h"
#include "store_told.h"
#include "store_whole.h"

enum { FEW = 10 }; /* of which any share may go */

struct whole {
	struct store *store;
	double most_deleted;
	struct query *came; /* adds to the table came_deal */
	struct names *names;
	size_t *kept; /* of each name, those that were there before */
};

struct whole *
whole_new(struct store *store, double most_deleted)
{
	struct whole *whole = mem_new(1, sizeof *whole);

	sql_run(store, "CREATE TEMPORARY TABLE came_deal (deal_id TEXT PRIMARY KEY)", NULL, 0);
	*whole = (struct whole){ .store = store,
		.most_deleted = most_deleted,
		.came = sql_add(store, "came_deal", "deal_id", ""),
		.names = names_new() };
	return whole;
}

static size_t *
kept_of(struct whole *whole, struct span name)
{
	uint32_t known = names_count(whole->names), i = names_add(whole->names, name);

	if (i == known) {
		whole->kept = mem_grow(whole->kept, known + 1, sizeof *whole->kept);
		whole->kept[i] = 0;
	}
	return &whole->kept[i];
}

void
whole_came(struct whole *whole, struct span deal_id, struct span name, bool known)
{
	*kept_of(whole, name) += known;
	sql_bind(whole->came, 1, deal_id);
	sql_finish(whole->came);
}

void
whole_named(struct whole *whole, struct span name)
{
	kept_of(whole, name);
}

static void
take_missing(const struct whole *whole, const char *name, size_t kept)
{
	size_t told, gone = told_missing(whole->store, span(name), &told), had = kept + gone;

	if (had >= FEW && (double)(gone - told) > whole->most_deleted * (double)had)
		die(EX_DATAERR,
		    "source %s: %zu of the %zu deals that it had are missing, and more than"
		    " %g%% are not deleted: see that it was read whole; if they are gone,"
		    " commit with --most-deleted 100%%",
		    name, gone - told, had, 100 * whole->most_deleted);
}

void
whole_end(struct whole *whole)
{
	sql_free(whole->came);
	for (uint32_t i = 0; i < names_count(whole->names); i++)
		take_missing(whole, names_text(whole->names, i), whole->kept[i]);
	names_free(whole->names);
	free(whole->kept);
	free(whole);
}
