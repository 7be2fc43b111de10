#include <stdlib.h>

#include "diag.h"
#include "draft.h"
#include "mem.h"
#include "synonyms.h"

json_t *
draft_sure(json_t *json)
{
	if (json == NULL)
		die(EX_OSERR, "suggest: out of memory");
	return json;
}

void
draft_set(json_t *object, const char *key, json_t *value)
{
	if (json_object_set_new(object, key, draft_sure(value)) != 0)
		die(EX_OSERR, "suggest: out of memory");
}

static json_t *
text_json(struct span text)
{
	return draft_sure(json_stringn(text.at, text.len));
}

void
draft_append(json_t *array, json_t *value)
{
	if (json_array_append_new(array, draft_sure(value)) != 0)
		die(EX_OSERR, "suggest: out of memory");
}

static void
note(struct draft *draft, char *text)
{
	draft_append(draft->notes, json_string(text));
	free(text);
}

static bool
looks_like_date(const struct profile *column)
{
	const char *rival;

	return profile_dates(column, &rival) != NULL;
}

long
draft_column(const struct draft *draft, const char *field, bool date)
{
	long best = DRAFT_NONE;
	size_t best_rank = 0;

	for (size_t i = 0; i < draft->count; i++) {
		const struct profile *column = &draft->columns[i];
		size_t rank = synonyms_rank(field, column->name);
		if (rank == 0 || draft->taken[i]
		    || (date && column->filled > 0 && !looks_like_date(column)))
			continue;
		if (best == DRAFT_NONE || rank < best_rank) {
			best = (long)i;
			best_rank = rank;
		}
	}
	return best;
}

json_t *
draft_from(const struct profile *column)
{
	json_t *field = draft_sure(json_object());

	draft_set(field, "from", text_json(column->name));
	return field;
}

static json_t *
date_field(struct draft *draft, const struct profile *column)
{
	json_t *field = draft_from(column);
	const char *rival, *format = profile_dates(column, &rival);

	draft_set(field, "type", json_string("date"));
	if (format != NULL && rival != NULL)
		note(draft,
		    mem_printf("%.*s: dates like %s may be %s or %s; add \"dates\" to the "
			       "field, saying which",
			(int)column->name.len, column->name.at,
			column->example != NULL ? column->example : "these", format, rival));
	else if (format != NULL)
		draft_set(field, "dates", json_string(format));
	return field;
}

static void
draft_dates(struct draft *draft)
{
	static const char *const dates[] = { "created_date", "closed_date",
		"expected_close_date", "recorded_at", "modified_at" };

	for (size_t i = 0; i < sizeof dates / sizeof *dates; i++) {
		long column = draft_column(draft, dates[i], true);
		if (column == DRAFT_NONE)
			continue;
		draft->taken[column] = true;
		draft_set(draft->fields, dates[i], date_field(draft, &draft->columns[column]));
	}
}

/* In many CRMs the close date of an open deal is when it is hoped to close. */
static void
split_close_date(struct draft *draft)
{
	json_t *closed = json_object_get(draft->fields, "closed_date");

	if (closed == NULL || json_object_get(draft->fields, "expected_close_date") != NULL)
		return;
	json_t *expected = draft_sure(json_copy(closed));
	draft_set(closed, "when", json_string("decided"));
	draft_set(expected, "when", json_string("open"));
	draft_set(draft->fields, "expected_close_date", expected);
}

static void
draft_texts(struct draft *draft)
{
	static const char *const texts[] = { "deal_id", "name", "currency", "account_id",
		"lost_reason" };

	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		long column = draft_column(draft, texts[i], false);
		if (column == DRAFT_NONE)
			continue;
		draft->taken[column] = true;
		draft_set(draft->fields, texts[i], draft_from(&draft->columns[column]));
	}
	if (json_object_get(draft->fields, "deal_id") == NULL) {
		draft_set(draft->fields, "deal_id",
		    draft_sure(json_pack("{s:s}", "from", "deal_id")));
		note(draft, mem_printf("deal_id: no column looks like it; say which one is"));
	}
}

static void
draft_amount(struct draft *draft)
{
	long found = draft_column(draft, "amount", false);

	if (found == DRAFT_NONE)
		return;
	const struct profile *column = &draft->columns[found];
	json_t *field = draft_from(column);
	draft->taken[found] = true;
	draft_set(field, "type", json_string("number"));
	draft_set(draft->fields, "amount", field);
	if (!profile_marks(column, &draft->decimal, &draft->thousands))
		note(draft,
		    mem_printf(
			"%.*s: amounts like \"%s\" are no plain numbers; they will be refused",
			(int)column->name.len, column->name.at,
			column->example != NULL ? column->example : ""));
	else if (draft->thousands == '\0' && column->thousandths * 2 > column->filled)
		note(draft,
		    mem_printf(
			"%.*s: amounts like %s are read with decimals; if the mark stands "
			"for thousands, say \"thousands\": \".\"",
			(int)column->name.len, column->name.at, column->example));
}

static void
draft_cycle(struct draft *draft)
{
	long found = draft_column(draft, "sales_cycle_days", false);

	if (found == DRAFT_NONE)
		return;
	json_t *field = draft_from(&draft->columns[found]);
	draft->taken[found] = true;
	draft_set(field, "type", json_string("number"));
	draft_set(draft->fields, "sales_cycle_days", field);
}

/* What each stage stands for; those nobody knows are open, and a person is asked. */
static json_t *
outcomes_of(struct draft *draft, const struct profile *column)
{
	json_t *values = draft_sure(json_object()), *times;
	const char *value;

	json_object_foreach (column->values, value, times) {
		const char *outcome = synonyms_outcome(span(value));
		if (outcome == NULL)
			note(draft,
			    mem_printf("%.*s: is \"%s\" open, won or lost? It says open now",
				(int)column->name.len, column->name.at, value));
		draft_set(values, value, json_string(outcome != NULL ? outcome : "open"));
	}
	if (column->filled < column->rows)
		draft_set(values, "", json_string("open"));
	return values;
}

static void
draft_outcome(struct draft *draft)
{
	long stage = draft_column(draft, "stage", false);
	long found = draft_column(draft, "outcome", false);

	if (stage != DRAFT_NONE) {
		draft->taken[stage] = true;
		draft_set(draft->fields, "stage", draft_from(&draft->columns[stage]));
	}
	if (found == DRAFT_NONE || draft->columns[found].values == NULL)
		found = stage;
	if (found == DRAFT_NONE || draft->columns[found].values == NULL) {
		draft_set(draft->fields, "outcome",
		    draft_sure(json_pack("{s:s}", "from", "outcome")));
		note(draft,
		    mem_printf("outcome: no column looks like it; say which one is, and by "
			       "\"values\" what is won, lost and open"));
		return;
	}
	draft->taken[found] = true;
	json_t *field = draft_from(&draft->columns[found]);
	draft_set(field, "values", outcomes_of(draft, &draft->columns[found]));
	draft_set(draft->fields, "outcome", field);
}

void
draft_fields(struct draft *draft)
{
	draft_texts(draft);
	draft_dates(draft);
	split_close_date(draft);
	draft_amount(draft);
	draft_cycle(draft);
	draft_outcome(draft);
}
