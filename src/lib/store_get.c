#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "store_data.h"
#include "store_sql.h"
#include "store_stands.h"

/* ?1 from, ?2 to, ?3 the end of as_of; each may be NULL. */
#define IN_DAYS \
	"(?1 IS NULL OR substr(day, 1, 10) >= ?1) AND (?2 IS NULL OR substr(day, 1, 10) <= " \
	"?2)"

/* The versions of a record, those known by as_of; then there is one of each. */
static char *
versions(const struct kind *kind)
{
	const char *id = kind->keys[0], *day = kind->day;

	return mem_printf("(SELECT %s AS id, %s AS day, doc, 1 AS stands, 0 AS n FROM %s"
			  " WHERE ?3 IS NULL OR seen <= ?3 UNION ALL"
			  " SELECT %s, %s, doc, 0, n FROM %s"
			  " WHERE ?3 IS NULL OR (seen <= ?3 AND until > ?3))",
	    id, day, kind->view, id, day, kind->history);
}

/* An alert is asked for by its date: what it was by then may have been replaced since. */
static char *
last_in_days(const char *versions)
{
	return mem_printf("SELECT doc FROM (SELECT id, doc, row_number() OVER (PARTITION BY id"
			  " ORDER BY day DESC, stands DESC, n DESC) AS place"
			  " FROM %s v WHERE " IN_DAYS ") w WHERE place = 1 ORDER BY id",
	    versions);
}

static char *
as_it_stands(const struct kind *kind)
{
	const char *const *keys = kind->keys;
	char *order = mem_printf("%s%s%s%s%s%s%s", keys[0], keys[1] ? ", " : "",
	    keys[1] ? keys[1] : "", keys[2] ? ", " : "", keys[2] ? keys[2] : "",
	    keys[3] ? ", " : "", keys[3] ? keys[3] : "");
	char *sql = mem_printf("SELECT doc FROM (SELECT *, %s AS day FROM %s) v"
			       " WHERE (?3 IS NULL OR seen <= ?3) AND " IN_DAYS " ORDER BY %s",
	    kind->day, kind->view, kind->order != NULL ? kind->order : order);

	free(order);
	return sql;
}

static char *
selection(const struct kind *kind, const struct store_when *when)
{
	if (kind->history == NULL || (when->as_of == NULL && !kind->dated))
		return as_it_stands(kind);

	char *from = versions(kind);
	char *sql = last_in_days(from);
	free(from);
	return sql;
}

static struct span
text_or_null(const char *text)
{
	return text != NULL ? span(text) : (struct span){ NULL, 0 };
}

/* Who was told of what still stands has to hear its end, however old that is. */
static void
get_deliveries(
    struct store *store, const struct store_when *when, store_take *take, void *context)
{
	struct stands *stands = stands_read(store, span(when->from));
	struct query *query = sql_prepare(store,
	    "SELECT doc, CASE WHEN substr(due, 1, 10) >= ?1 THEN 1 ELSE 0 END FROM deliveries"
	    " WHERE substr(due, 1, 10) >= ?3 AND (?2 IS NULL OR substr(due, 1, 10) <= ?2)"
	    " ORDER BY delivery_id");

	sql_bind(query, 1, span(when->from));
	sql_bind(query, 2, text_or_null(when->to));
	sql_bind(query, 3, span(stands_since(stands)));
	sql_stream(query);
	while (sql_step(query))
		if (sql_integer(query, 1) == 1 || stands_needs(stands, sql_text(query, 0)))
			take(context, sql_text(query, 0));
	sql_free(query);
	stands_free(stands);
}

void
store_get(struct store *store, const struct kind *kind, const struct store_when *when,
    store_take *take, void *context)
{
	if (when->from != NULL && strcmp(kind->name, "delivery") == 0) {
		get_deliveries(store, when, take, context);
		return;
	}
	char *sql = selection(kind, when);
	char *until = when->as_of != NULL ? mem_printf("%.10sT23:59:59Z", when->as_of) : NULL;
	struct query *query = sql_prepare(store, sql);

	sql_bind(query, 1, text_or_null(when->from));
	sql_bind(query, 2, text_or_null(when->to));
	sql_bind(query, 3, text_or_null(until));
	sql_stream(query);
	while (sql_step(query))
		take(context, sql_text(query, 0));
	sql_free(query);
	free(until);
	free(sql);
}
