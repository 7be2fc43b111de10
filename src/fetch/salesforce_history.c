#include <stdlib.h>

#include "change.h"
#include "dates.h"
#include "diag.h"
#include "mem.h"
#include "salesforce_history.h"
#include "salesforce_soql.h"
#include "text.h"

/* What OpportunityHistory has of a deal. */
static const char *const staged[] = { "StageName", "Amount", "CloseDate", "Probability",
	"ForecastCategory", "ExpectedRevenue" };
enum { STAGED = sizeof staged / sizeof *staged };

struct telling {
	const struct fetching *fetching;
	struct org *org;
	struct history_fields fields;
	int64_t since; /* milliseconds; 0: from the beginning */
	char deal[24], field[100]; /* of the rows that are together now */
	int64_t at; /* 0: none yet */
	json_t *before, *now; /* values as theirs; before NULL: there was nothing */
};

/* ---- a change */

static void
tell(struct telling *t, const struct history_field *field, const json_t *old, const json_t *new)
{
	const struct map *map = t->fetching->source.map;
	json_t *was = history_value(map, field, old), *is = history_value(map, field, new);
	char at[DATES_INSTANT_MAX];
	bool same = was == is || (was != NULL && is != NULL && json_equal(was, is));

	if (!same && t->at >= t->since) {
		dates_instant_text(t->at, at);
		change_told(t->fetching->changes, t->deal, field->name, was, is, at);
	}
	json_decref(was);
	json_decref(is);
}

/* ---- rows, and which of them are together */

static void
forget(void *own)
{
	struct telling *t = own;

	json_decref(t->before);
	json_decref(t->now);
	t->before = t->now = NULL;
	*t->deal = *t->field = '\0';
	t->at = 0;
}

/* The deal and the instant of a row. */
static const char *
read_row(const struct telling *t, const json_t *row, int64_t *at)
{
	const char *deal = json_string_value(json_object_get(row, "OpportunityId"));
	const char *text = json_string_value(json_object_get(row, "CreatedDate"));

	if (!soql_is_id(deal) || text == NULL || !dates_instant(span(text), at))
		crm_die(&t->org->crm, EX_UNAVAILABLE,
		    "a row of a history without a good OpportunityId and CreatedDate");
	return deal;
}

static void
begin(struct telling *t, const char *deal, const char *field, int64_t at)
{
	snprintf(t->deal, sizeof t->deal, "%s", deal);
	snprintf(t->field, sizeof t->field, "%s", field);
	t->at = at;
}

static void
refuse(void *own, struct span bytes, const char *code, const char *reason)
{
	struct telling *t = own;

	(void)bytes;
	warn("%s: a row of a history is passed over: %s: it %s", t->fetching->source.name, code,
	    reason);
}

static const struct history_field *
field_of(const struct telling *t, const char *column, size_t *from)
{
	while (*from < t->fields.count) {
		const struct history_field *field = &t->fields.fields[(*from)++];
		if (strcmp(field->tracked, column) == 0)
			return field;
	}
	return NULL;
}

/* ---- OpportunityHistory */

static void
end_staged(struct telling *t)
{
	const struct history_field *field;

	for (size_t i = 0; t->before != NULL && i < STAGED; i++)
		for (size_t from = 0; (field = field_of(t, staged[i], &from)) != NULL;)
			tell(t, field, json_object_get(t->before, staged[i]),
			    json_object_get(t->now, staged[i]));
}

static void
take_staged(void *own, json_t *row)
{
	struct telling *t = own;
	int64_t at;
	const char *deal = read_row(t, row, &at);
	bool same_deal = strcmp(deal, t->deal) == 0;

	if (!same_deal || at != t->at) {
		end_staged(t);
		json_decref(t->before);
		t->before = same_deal ? t->now : NULL;
		if (!same_deal)
			json_decref(t->now);
		t->now = NULL;
		begin(t, deal, "", at);
	}
	json_decref(t->now);
	t->now = json_incref(row);
}

static char *
staged_fields(const struct telling *t)
{
	char *text;
	size_t len, count = 0;
	FILE *to = mem_stream(&text, &len);

	fputs("Id, OpportunityId, CreatedDate", to);
	for (size_t i = 0; i < STAGED; i++) {
		size_t from = 0;
		if (field_of(t, staged[i], &from) != NULL && ++count > 0)
			fprintf(to, ", %s", staged[i]);
	}
	mem_stream_end(to, &text);
	if (count == 0)
		*text = '\0';
	return text;
}

static void
fetch_staged(struct telling *t, struct query query)
{
	char *fields = staged_fields(t);

	query.fields = fields;
	query.from = "OpportunityHistory";
	query.order = "OpportunityId, CreatedDate, Id";
	query.take = take_staged;
	if (*fields != '\0' && query_run(t->org, &query))
		end_staged(t);
	forget(t);
	free(fields);
}

/* ---- OpportunityFieldHistory */

static bool
is_staged(const char *column)
{
	for (size_t i = 0; i < STAGED; i++)
		if (strcmp(staged[i], column) == 0)
			return true;
	return false;
}

static void
end_tracked(struct telling *t)
{
	const struct history_field *field;

	for (size_t from = 0; t->at != 0 && (field = field_of(t, t->field, &from)) != NULL;) {
		const json_t *old = json_object_get(t->before, field->column);
		if (old != NULL)
			tell(t, field, old, json_object_get(t->now, field->column));
	}
}

/* What a field of ours takes of a row: several may take it, each its own. */
static void
add_tracked(struct telling *t, const json_t *row)
{
	json_t *old = json_object_get(row, "OldValue"), *new = json_object_get(row, "NewValue");
	const struct history_field *field;

	for (size_t from = 0; (field = field_of(t, t->field, &from)) != NULL;) {
		if (!history_tells(field, old) || !history_tells(field, new))
			continue;
		if (json_object_get(t->before, field->column) == NULL)
			json_object_set_new(t->before, field->column,
			    old != NULL ? json_incref(old) : json_null());
		json_object_set_new(
		    t->now, field->column, new != NULL ? json_incref(new) : json_null());
	}
}

static void
take_tracked(void *own, json_t *row)
{
	struct telling *t = own;
	int64_t at;
	const char *deal = read_row(t, row, &at);
	const char *field = json_string_value(json_object_get(row, "Field"));

	if (field == NULL || is_staged(field))
		return;
	if (strcmp(deal, t->deal) != 0 || strcmp(field, t->field) != 0 || at != t->at) {
		end_tracked(t);
		forget(t);
		begin(t, deal, field, at);
		t->before = json_object();
		t->now = json_object();
	}
	add_tracked(t, row);
}

static void
fetch_tracked(struct telling *t, struct query query)
{
	query.fields = "Id, OpportunityId, Field, OldValue, NewValue, CreatedDate";
	query.from = "OpportunityFieldHistory";
	query.order = "OpportunityId, Field, CreatedDate, Id";
	query.take = take_tracked;
	query.is_optional = true;
	if (query_run(t->org, &query))
		end_tracked(t);
	forget(t);
}

void
history_fetch(
    struct org *org, const struct fetching *f, const struct query *deals, const char *since)
{
	struct telling t = {
		.fetching = f, .org = org, .fields = history_fields(f->source.map)
	};
	struct query query = { .resume = "OpportunityId",
		.resumes_by_id = true,
		.is_ordered = true,
		.bulk_above = deals->bulk_above,
		.bulk_wait = deals->bulk_wait,
		.refuse = refuse,
		.again = forget,
		.own = &t };
	char *where = deals->where != NULL
	    ? mem_printf("OpportunityId IN (SELECT Id FROM Opportunity WHERE %s)", deals->where)
	    : NULL;

	query.where = where;
	if (since != NULL && deals->where != NULL)
		dates_instant(span(since), &t.since);
	fetch_staged(&t, query);
	fetch_tracked(&t, query);
	free(where);
	history_fields_release(&t.fields);
}
