/*
 * salesforce_query - all records that a query in SOQL has, each handed over once or more often.
 *
 * Up to `bulk_above` of them come in pages (REST), more by a job of Bulk API 2.0, where they come
 * in no order unless `is_ordered`.  When a page is gone with its session or by its age the query
 * is asked again from the last value of `resume` on, the first that `order` names; `again` is
 * told first.  Records come again then.
 *
 * A record is the object that Salesforce tells; from a job it has texts, by the names of the
 * query ("Owner.Name").  A row of a job that cannot be read goes to `refuse`.
 *
 * false: the org has no such object (is_optional).
 */
#ifndef SALESFORCE_QUERY_H
#define SALESFORCE_QUERY_H

#include "salesforce_org.h"

struct query {
	const char *fields, *from, *where; /* where: NULL for none */
	const char *order, *resume;
	bool resumes_by_id; /* else by an instant */
	bool is_ordered, is_optional, with_deleted;
	double bulk_above, bulk_wait; /* records; seconds for a job to be done */
	void (*take)(void *, json_t *record);
	void (*refuse)(void *, struct span bytes, const char *code, const char *reason);
	void (*again)(void *); /* or NULL */
	void *own;
};

bool query_run(struct org *, const struct query *);
void query_bulk(struct org *, const struct query *, const char *soql); /* salesforce_bulk.c */

json_t *query_one(struct org *, const struct query *); /* one record or NULL; a new reference */

#endif
