#include <stdlib.h>
#include <string.h>

#include "deals.h"
#include "diag.h"
#include "fields.h"
#include "mem.h"
#include "money.h"
#include "when.h"

enum { DIMENSIONS_MAX = 64 };

struct reader {
	struct deals *deals;
	const char *home; /* or NULL */
	size_t id, created, currency, reason, fields[FIELDS], dimension[DIMENSIONS_MAX], room;
};

static void
want(struct reader *reader, struct rec_in *in)
{
	if (reader->deals->dimensions > DIMENSIONS_MAX)
		die(EX_USAGE, "more than %d dimensions", DIMENSIONS_MAX);
	reader->id = rec_want(in, "deal_id");
	reader->created = rec_want(in, "created_date");
	reader->currency = rec_want(in, "currency");
	reader->reason = rec_want(in, "lost_reason");
	for (int i = 0; i < FIELDS; i++)
		reader->fields[i] = rec_want(in, field_names[i]);
	for (size_t i = 0; i < reader->deals->dimensions; i++)
		reader->dimension[i] = rec_want(in, reader->deals->dimension[i]);
}

static struct span
text_of(const struct rec *rec, size_t slot)
{
	return rec_is_missing(rec, slot) ? span("") : rec_text(rec, slot);
}

static _Noreturn void
refuse(const struct rec *rec, const char *field, struct span text, const char *why)
{
	die(EX_DATAERR, "stdin:%zu: %s: %.*s: %s", rec->number, field,
	    text.len > 80 ? 80 : (int)text.len, text.at, why);
}

static void
check_currency(struct deals *deals, const struct rec *rec, struct span currency)
{
	if (currency.len == 0)
		return;
	if (deals->currency == NULL)
		deals->currency = mem_copy(currency.at, currency.len);
	if (!span_is(currency, deals->currency))
		die(EX_DATAERR,
		    "stdin:%zu: %.*s: cannot be added to %s: measure one currency at a time",
		    rec->number, (int)currency.len, currency.at, deals->currency);
}

static uint32_t
code_of(struct names *names, struct span text)
{
	return text.len == 0 ? NO_CODE : names_add(names, text);
}

static struct deal
deal_of(struct reader *reader, const struct rec *rec)
{
	static const char *const whys[FIELDS] = { "must be won, lost or open",
		"not a plain number", "no such day", "no stage", "no such day", "no such day" };
	struct span id = text_of(rec, reader->id), created = text_of(rec, reader->created);
	struct deals *deals = reader->deals;
	struct deal deal = {
		.row = (uint32_t)deals->count, .created = NO_DAY, .last_change = INT32_MIN
	};

	if (id.len == 0)
		refuse(rec, "deal_id", id, "there must be one");
	if (created.len > 0 && !fields_day(created, &deal.created))
		refuse(rec, "created_date", created, "no such day");
	for (enum field i = 0; i < FIELDS; i++) {
		struct span text = text_of(rec, reader->fields[i]);
		if (!fields_value(i, text, deals->stages, &deal.now[i])
		    || (i == OUTCOME && text.len == 0))
			refuse(rec, field_names[i], text, whys[i]);
	}
	struct span currency = text_of(rec, reader->currency);
	deal.unlike = money_unlike(reader->home, currency);
	if (deal.unlike)
		deal.now[AMOUNT] = NOTHING;
	else
		check_currency(deals, rec, currency);
	deal.reason = code_of(deals->reasons, text_of(rec, reader->reason));
	deal.id = mem_copy(id.at, id.len);
	return deal;
}

static void
add(struct reader *reader, const struct rec *rec)
{
	struct deals *deals = reader->deals;
	struct deal deal = deal_of(reader, rec);
	size_t wide = deals->dimensions;

	if (deals->count == reader->room) {
		reader->room = reader->room * 2 + 1024;
		deals->at = mem_grow(deals->at, reader->room, sizeof deal);
		deals->codes =
		    mem_grow(deals->codes, reader->room * wide + 1, sizeof *deals->codes);
	}
	for (size_t i = 0; i < wide; i++)
		deals->codes[deals->count * wide + i] =
		    code_of(deals->values[i], text_of(rec, reader->dimension[i]));
	deals->at[deals->count++] = deal;
}

static int
by_id(const void *a, const void *b)
{
	const struct deal *x = a, *y = b;

	return strcmp(x->id, y->id);
}

static void
check_ids(const struct deals *deals)
{
	for (size_t i = 1; i < deals->count; i++)
		if (strcmp(deals->at[i - 1].id, deals->at[i].id) == 0)
			die(EX_DATAERR, "stdin: deal_id %s: twice (dedupe keeps one)",
			    deals->at[i].id);
}

void
deals_read(struct deals *deals, struct rec_in *in, const char *const *dimension,
    size_t dimensions, const char *home)
{
	struct reader reader = { .deals = deals, .home = home };
	const struct rec *rec;

	*deals = (struct deals){ .dimensions = dimensions, .dimension = dimension };
	if (home != NULL)
		deals->currency = mem_copy(home, strlen(home));
	deals->stages = names_new();
	deals->reasons = names_new();
	deals->values = mem_new(dimensions + 1, sizeof *deals->values);
	for (size_t i = 0; i < dimensions; i++)
		deals->values[i] = names_new();
	want(&reader, in);
	while ((rec = rec_next(in)) != NULL)
		add(&reader, rec);
	for (size_t i = 0; i < dimensions; i++)
		names_sort_codes(
		    deals->values[i], deals->codes, deals->count, deals->dimensions, i);
	if (deals->count > 1)
		qsort(deals->at, deals->count, sizeof *deals->at, by_id);
	check_ids(deals);
}

const struct deal *
deals_find(const struct deals *deals, struct span id)
{
	size_t low = 0, high = deals->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = span_order(span(deals->at[middle].id), id);
		if (order == 0)
			return &deals->at[middle];
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

static int32_t
day_or_none(int64_t value)
{
	return value == NOTHING ? NO_DAY : (int32_t)value;
}

int32_t
deals_last(const struct deals *deals)
{
	int32_t last = INT32_MIN;

	for (size_t i = 0; i < deals->count; i++) {
		const struct deal *deal = &deals->at[i];
		int64_t decided =
		    deal->now[RECORDED] != NOTHING ? deal->now[RECORDED] : deal->now[CLOSED];
		if (deal->created != NO_DAY && deal->created > last)
			last = deal->created;
		if (deal->now[OUTCOME] != OPEN && decided != NOTHING && decided > last)
			last = (int32_t)decided;
	}
	return last;
}

static int64_t
value(const struct deals *deals, const struct deal *deal, enum field field, int32_t day)
{
	return deal->changes == 0 ? deal->now[field]
				  : changes_value(&deals->changes.at[deal->first_change],
				      deal->changes, field, deal->now[field], day);
}

/* The day since which it was decided, as it was known on that day; NO_DAY: it was open. */
static int32_t
decided_on(
    const struct deals *deals, const struct deal *deal, enum outcome *outcome, int32_t day)
{
	int64_t was = value(deals, deal, OUTCOME, day), since;

	*outcome = OPEN;
	if (was == OPEN || was == NOTHING)
		return NO_DAY;
	since = value(deals, deal, RECORDED, day);
	since = since != NOTHING ? since : value(deals, deal, CLOSED, day);
	if (since == NOTHING || since > day)
		return NO_DAY;
	*outcome = (enum outcome)was;
	return (int32_t)since;
}

struct state
deals_state(const struct deals *deals, const struct deal *deal, int32_t day)
{
	struct state state = { .exists = deal->created == NO_DAY || deal->created <= day };
	int64_t amount = value(deals, deal, AMOUNT, day);

	decided_on(deals, deal, &state.outcome, day);
	state.amount = amount == NOTHING ? 0 : amount;
	state.expected = day_or_none(value(deals, deal, EXPECTED, day));
	return state;
}

/* Changes name deals by their place, so that what is left out stays where it is, not counted. */
void
deals_settle(struct deals *deals, int32_t as_of)
{
	for (size_t i = 0; i < deals->count; i++) {
		struct deal *deal = &deals->at[i];
		struct state state = deals_state(deals, deal, as_of);
		deal->amount = state.amount;
		deal->expected = state.expected;
		deal->decided = decided_on(deals, deal, &deal->outcome, as_of);
		deal->closed = day_or_none(value(deals, deal, CLOSED, as_of));
		if (deal->outcome == OPEN)
			deal->closed = NO_DAY;
		else if (deal->closed == NO_DAY || deal->closed > deal->decided)
			deal->closed = deal->decided;
	}
}

void
deals_changes(struct deals *deals, const char *path)
{
	if (path != NULL)
		changes_read(deals, path);
}

void
deals_release(struct deals *deals)
{
	for (size_t i = 0; i < deals->count; i++)
		free((char *)deals->at[i].id);
	for (size_t i = 0; i < deals->dimensions; i++)
		names_free(deals->values[i]);
	names_free(deals->stages);
	names_free(deals->reasons);
	free(deals->values);
	free(deals->at);
	free(deals->codes);
	free(deals->changes.at);
	free(deals->currency);
}
