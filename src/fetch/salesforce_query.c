#include <stdlib.h>

#include "dates.h"
#include "diag.h"
#include "http_place.h"
#include "mem.h"
#include "salesforce_query.h"
#include "salesforce_soql.h"
#include "when.h"

enum { IDLE_MOST = 4 };

struct paging {
	struct org *org;
	const struct query *query;
	char *last; /* of `resume`, as SOQL writes it; NULL: none yet */
	int idle; /* turns that brought nothing new */
	bool is_bulk;
};

static char *
soql_of(const struct query *query, const char *from_on, bool ordered)
{
	bool both = query->where != NULL && from_on != NULL;
	char *where = mem_printf("%s%s%s%s%s", query->where != NULL ? query->where : "",
	    both ? " AND " : "", from_on != NULL ? query->resume : "",
	    from_on != NULL ? " >= " : "", from_on != NULL ? from_on : "");
	char *soql = mem_printf("SELECT %s FROM %s%s%s%s%s", query->fields, query->from,
	    *where != '\0' ? " WHERE " : "", where, ordered ? " ORDER BY " : "",
	    ordered ? query->order : "");

	free(where);
	return soql;
}

static json_t *
ask(struct org *org, const struct query *query, const char *soql)
{
	char *escaped = http_place_escape(soql);
	char *what =
	    mem_printf("/%s?q=%s", query->with_deleted ? "queryAll" : "query", escaped);

	org->is_optional = query->is_optional;
	json_t *page = org_get(org, what);
	org->is_optional = false;
	free(what);
	free(escaped);
	return page;
}

/* What the next query would begin with. */
static void
note(struct paging *paging, const json_t *record)
{
	const struct query *query = paging->query;
	const char *value = json_string_value(json_object_get(record, query->resume));
	char text[WHEN_INSTANT_MAX];
	int64_t stamp;

	if (query->resumes_by_id ? !soql_is_id(value)
				 : value == NULL || !dates_instant(span(value), &stamp))
		crm_die(&paging->org->crm, EX_UNAVAILABLE, "a record without a good %s",
		    query->resume);
	free(paging->last);
	paging->last = query->resumes_by_id
	    ? mem_printf("'%s'", value)
	    : mem_printf("%s", when_instant_text(stamp / 1000, text));
}

static void
take_records(struct paging *paging, const json_t *page)
{
	const json_t *records = json_object_get(page, "records");
	size_t i;
	json_t *record;

	if (!json_is_array(records))
		crm_die(&paging->org->crm, EX_UNAVAILABLE, "its answer has no records");
	json_array_foreach (records, i, record) {
		note(paging, record);
		paging->query->take(paging->query->own, record);
	}
}

/* The next page, which is NULL if it is gone; *done if there is none. */
static json_t *
next_page(struct paging *paging, json_t *page, bool *done)
{
	const char *next = json_string_value(json_object_get(page, "nextRecordsUrl"));
	bool is_empty = json_array_size(json_object_get(page, "records")) == 0;
	json_t *more = NULL;

	*done = json_is_true(json_object_get(page, "done"));
	if (!*done && (next == NULL || is_empty))
		crm_die(&paging->org->crm, EX_UNAVAILABLE,
		    "its answer is not the last one, and names no next one");
	if (!*done)
		more = org_page(paging->org, next);
	json_decref(page);
	return more;
}

/* All of a query, as far as its pages are there; true if that was all. */
static bool
take_pages(struct paging *paging, json_t *page)
{
	bool done = false;

	while (!done && page != NULL) {
		take_records(paging, page);
		page = next_page(paging, page, &done);
	}
	return done;
}

static bool
is_for_bulk(const struct paging *paging, const json_t *page)
{
	json_int_t total = json_integer_value(json_object_get(page, "totalSize"));

	return (double)total > paging->query->bulk_above;
}

/* Whether the pages went beyond where the last turn had come to, or may yet. */
static bool
goes_on(struct paging *paging, const char *before)
{
	bool further = paging->last != NULL && strcmp(before, paging->last) != 0;

	paging->idle = further ? 0 : paging->idle + 1;
	return paging->idle < IDLE_MOST;
}

/* All of it from `last` on, or as far as its pages are there. */
static bool
turn(struct paging *paging, json_t *page)
{
	char *before = mem_printf("%s", paging->last != NULL ? paging->last : "");

	if (paging->last != NULL && paging->query->again != NULL)
		paging->query->again(paging->query->own);
	bool done = take_pages(paging, page);
	if (!done && !goes_on(paging, before))
		crm_die(&paging->org->crm, EX_TEMPFAIL,
		    "its pages are gone before they can be read");
	free(before);
	return done;
}

static bool
run(struct paging *paging)
{
	for (bool done = false; !done;) {
		char *soql = soql_of(paging->query, paging->last, true);
		json_t *page = ask(paging->org, paging->query, soql);
		free(soql);
		if (page == NULL)
			return false;
		if (paging->last == NULL && is_for_bulk(paging, page)) {
			json_decref(page);
			paging->is_bulk = true;
			return true;
		}
		done = turn(paging, page);
	}
	return true;
}

bool
query_run(struct org *org, const struct query *query)
{
	struct paging paging = { .org = org, .query = query };
	bool is_there = run(&paging);

	if (is_there && paging.is_bulk) {
		char *soql = soql_of(query, NULL, query->is_ordered);
		query_bulk(org, query, soql);
		free(soql);
	}
	free(paging.last);
	return is_there;
}

json_t *
query_one(struct org *org, const struct query *query)
{
	char *soql = mem_printf("SELECT %s FROM %s LIMIT 1", query->fields, query->from);
	json_t *page = ask(org, query, soql);
	json_t *first = json_array_get(json_object_get(page, "records"), 0);

	json_incref(first);
	json_decref(page);
	free(soql);
	return first;
}
