#include "store_sql.h"
#include "store_trace.h"

static size_t
versions(struct store *store, struct span deal_id, version_take *take, void *context)
{
	struct query *query = sql_prepare(store,
	    "SELECT seen, until, \"from\", source, line, \"offset\", run, doc FROM deal_origins"
	    " WHERE deal_id = ?1 ORDER BY seen, until IS NULL, n");
	size_t count = 0;

	sql_bind(query, 1, deal_id);
	for (; sql_step(query); count++)
		take(context,
		    &(struct version){ sql_text(query, 0), sql_text(query, 1),
			sql_text(query, 2), sql_text(query, 3), sql_text(query, 4),
			sql_text(query, 5), sql_text(query, 6), sql_text(query, 7) });
	sql_free(query);
	return count;
}

static size_t
changes(struct store *store, struct span deal_id, store_take *take, void *context)
{
	struct query *query = sql_prepare(
	    store, "SELECT doc FROM change WHERE deal_id = ?1 ORDER BY seen, field, n");
	size_t count = 0;

	sql_bind(query, 1, deal_id);
	for (; sql_step(query); count++)
		take(context, sql_text(query, 0));
	sql_free(query);
	return count;
}

size_t
store_trace(struct store *store, struct span deal_id, version_take *version, store_take *change,
    void *context)
{
	sql_begin_reading(store);
	size_t count = versions(store, deal_id, version, context);
	count += changes(store, deal_id, change, context);
	sql_end(store);
	return count;
}
