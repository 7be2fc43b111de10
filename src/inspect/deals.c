#include <stdlib.h>

#include "deals.h"
#include "diag.h"
#include "mem.h"
#include "money.h"
#include "rec.h"
#include "when.h"

struct reader {
	struct deals *deals;
	const char *home; /* or NULL */
	size_t id, created, closed, recorded, outcome, amount, currency;
	size_t expected, activity, modified, stage, rep, url, left, by[2];
	size_t *dimension; /* slots */
	size_t *ids; /* by row: where its text begins */
	size_t room, text_used, text_room;
	char *money; /* the currency of all amounts so far */
};

static void
want(struct reader *reader, struct rec_in *in)
{
	struct deals *deals = reader->deals;

	reader->id = rec_want(in, "deal_id");
	reader->created = rec_want(in, "created_date");
	reader->closed = rec_want(in, "closed_date");
	reader->recorded = rec_want(in, "recorded_at");
	reader->outcome = rec_want(in, "outcome");
	reader->amount = rec_want(in, "amount");
	reader->currency = rec_want(in, "currency");
	reader->expected = rec_want(in, "expected_close_date");
	reader->activity = rec_want(in, "last_activity_date");
	reader->modified = rec_want(in, "modified_at");
	reader->stage = rec_want(in, "stage");
	reader->rep = rec_want(in, "sales_rep_id");
	reader->url = rec_want(in, "url");
	reader->left = rec_want(in, "rep_left");
	for (size_t i = 0; i < 2 && deals->by[i] != NULL; i++)
		reader->by[i] = rec_want(in, deals->by[i]);
	reader->dimension = mem_new(deals->dimensions + 1, sizeof(size_t));
	for (size_t i = 0; i < deals->dimensions; i++)
		reader->dimension[i] = rec_want(in, deals->dimension[i].name);
}

/* The day of a date or an instant; DAY_NONE if the field is absent. */
static int32_t
day_of(const struct rec *rec, size_t slot)
{
	struct span text = rec_text(rec, slot);
	int32_t day = DAY_NONE;

	if (rec_is_missing(rec, slot))
		return DAY_NONE;
	if (text.len > WHEN_DAY_LEN)
		text.len = WHEN_DAY_LEN;
	if (!when_day(text, &day))
		die(EX_DATAERR, "stdin:%zu: %.*s is no day", rec->number, (int)text.len,
		    text.at);
	return day;
}

static int64_t
amount_of(struct reader *reader, const struct rec *rec)
{
	struct span text = rec_text(rec, reader->amount);
	struct span currency = rec_text(rec, reader->currency);
	int64_t amount = 0;

	if (!rec_is_missing(rec, reader->amount) && !money_read(text, &amount))
		die(EX_DATAERR, "stdin:%zu: amount %.*s is no money", rec->number,
		    (int)text.len, text.at);
	if (rec_is_missing(rec, reader->currency))
		return amount;
	if (money_unlike(reader->home, currency))
		return 0;
	if (reader->money == NULL)
		reader->money = mem_copy(currency.at, currency.len);
	if (!span_is(currency, reader->money))
		die(EX_DATAERR, "stdin:%zu: %.*s beside %s: amounts that cannot be added",
		    rec->number, (int)currency.len, currency.at, reader->money);
	return amount;
}

static size_t
keep_texts(struct reader *reader, const struct rec *rec)
{
	struct deals *deals = reader->deals;
	struct span id = rec_text(rec, reader->id), url = rec_text(rec, reader->url);
	size_t at = reader->text_used, len = id.len + url.len + 2;

	if (rec_is_missing(rec, reader->id))
		die(EX_DATAERR, "stdin:%zu: no deal_id", rec->number);
	if (at + len > reader->text_room) {
		reader->text_room = (reader->text_room + len) * 2 + 1024;
		deals->texts = mem_grow(deals->texts, reader->text_room, 1);
	}
	memcpy(deals->texts + at, id.at, id.len);
	memcpy(deals->texts + at + id.len + 1, url.at, url.len);
	deals->texts[at + id.len] = deals->texts[at + len - 1] = '\0';
	reader->text_used += len;
	return at;
}

static uint32_t
code_of(struct names *names, const struct rec *rec, size_t slot)
{
	return rec_is_missing(rec, slot) ? CODE_NONE : names_add(names, rec_text(rec, slot));
}

static uint32_t
list_of(const struct reader *reader, const struct rec *rec)
{
	const struct deals *deals = reader->deals;

	for (int i = 0; i < 2 && deals->by[i] != NULL; i++)
		if (!rec_is_missing(rec, reader->by[i])) {
			struct span value = rec_text(rec, reader->by[i]);
			char *text = mem_printf("%d%.*s", i, (int)value.len, value.at);
			uint32_t code = names_add(deals->lists, span(text));
			free(text);
			return code;
		}
	return CODE_NONE;
}

/* When the outcome became known. */
static int32_t
ended_of(const struct reader *reader, const struct rec *rec, bool won)
{
	struct span outcome = rec_text(rec, reader->outcome);
	int32_t day;

	if (span_is(outcome, "open"))
		return DEAL_OPEN;
	if (!won && !span_is(outcome, "lost"))
		die(EX_DATAERR, "stdin:%zu: outcome %.*s is not won, lost or open", rec->number,
		    (int)outcome.len, outcome.at);
	day = day_of(rec, reader->recorded);
	if (day == DAY_NONE)
		day = day_of(rec, reader->closed);
	if (day == DAY_NONE)
		die(EX_DATAERR, "stdin:%zu: decided without recorded_at or closed_date",
		    rec->number);
	return day;
}

static struct deal
deal_of(struct reader *reader, const struct rec *rec)
{
	struct deals *deals = reader->deals;
	struct deal deal = { 0 };

	deal.won = span_is(rec_text(rec, reader->outcome), "won");
	deal.ended = ended_of(reader, rec, deal.won);
	deal.created = day_of(rec, reader->created);
	deal.expected = day_of(rec, reader->expected);
	deal.active = day_of(rec, reader->activity);
	deal.modified = day_of(rec, reader->modified);
	deal.left = day_of(rec, reader->left);
	deal.unlike = !rec_is_missing(rec, reader->currency)
	    && money_unlike(reader->home, rec_text(rec, reader->currency));
	deal.amount = amount_of(reader, rec);
	deal.stage = code_of(deals->stages, rec, reader->stage);
	deal.rep = code_of(deals->reps, rec, reader->rep);
	deal.list = list_of(reader, rec);
	return deal;
}

static void
add(struct reader *reader, const struct rec *rec)
{
	struct deals *deals = reader->deals;
	size_t wide = deals->dimensions;
	struct deal deal = deal_of(reader, rec);

	if (deals->count == reader->room) {
		reader->room = reader->room * 2 + 1024;
		deals->at = mem_grow(deals->at, reader->room, sizeof deal);
		reader->ids = mem_grow(reader->ids, reader->room, sizeof *reader->ids);
		deals->codes =
		    mem_grow(deals->codes, reader->room * wide + 1, sizeof(uint32_t));
	}
	deal.row = (uint32_t)deals->count;
	reader->ids[deal.row] = keep_texts(reader, rec);
	deals->at[deals->count++] = deal;
	for (size_t i = 0; i < wide; i++)
		deals->codes[deal.row * wide + i] =
		    code_of(deals->dimension[i].values, rec, reader->dimension[i]);
}

static void
sort_people(struct deals *deals)
{
	uint32_t *lists = mem_new(names_count(deals->lists) + 1, sizeof *lists);
	uint32_t *reps = mem_new(names_count(deals->reps) + 1, sizeof *reps);

	names_sort(deals->lists, lists);
	names_sort(deals->reps, reps);
	for (size_t i = 0; i < deals->count; i++) {
		struct deal *deal = &deals->at[i];
		deal->list = deal->list != CODE_NONE ? lists[deal->list] : CODE_NONE;
		deal->rep = deal->rep != CODE_NONE ? reps[deal->rep] : CODE_NONE;
	}
	free(lists);
	free(reps);
}

static int
by_id(const void *a, const void *b)
{
	const struct deal *x = a, *y = b;
	int order = strcmp(x->id, y->id);

	return order != 0 ? order : (x->row > y->row) - (x->row < y->row);
}

static void
sort(struct reader *reader)
{
	struct deals *deals = reader->deals;

	for (size_t i = 0; i < deals->dimensions; i++)
		names_sort_codes(deals->dimension[i].values, deals->codes, deals->count,
		    deals->dimensions, i);
	sort_people(deals);
	for (size_t i = 0; i < deals->count; i++) {
		deals->at[i].id = deals->texts + reader->ids[i];
		deals->at[i].url = deals->at[i].id + strlen(deals->at[i].id) + 1;
	}
	if (deals->count > 1)
		qsort(deals->at, deals->count, sizeof deals->at[0], by_id);
}

static int32_t
last_day(const struct deals *deals)
{
	int32_t recorded = DAY_NONE, created = DAY_NONE;

	for (size_t i = 0; i < deals->count; i++) {
		const struct deal *deal = &deals->at[i];
		if (deal->ended != DEAL_OPEN && deal->ended > recorded)
			recorded = deal->ended;
		if (deal->created > created)
			created = deal->created;
	}
	return recorded != DAY_NONE ? recorded : created != DAY_NONE ? created : 0;
}

void
deals_read(struct deals *deals, struct rec_in *in, int32_t day, const char *home)
{
	struct reader reader = { .deals = deals, .home = home };
	const struct rec *rec;

	for (size_t i = 0; i < deals->dimensions; i++)
		deals->dimension[i].values = names_new();
	deals->stages = names_new();
	deals->reps = names_new();
	deals->lists = names_new();
	want(&reader, in);
	while ((rec = rec_next(in)) != NULL)
		add(&reader, rec);
	sort(&reader);
	free(reader.dimension);
	free(reader.ids);
	free(reader.money);
	deals->read = deals->count;
	deals->day = day != INT32_MAX ? day : last_day(deals);
}

void
deals_settle(struct deals *deals)
{
	size_t kept = 0;

	for (size_t i = 0; i < deals->count; i++) {
		struct deal deal = deals->at[i];
		if (deal.ended > deals->day)
			deal.ended = DEAL_OPEN;
		if (deal.created <= deals->day)
			deals->at[kept++] = deal;
	}
	deals->count = kept;
}

size_t
deals_find(const struct deals *deals, struct span id)
{
	size_t low = 0, high = deals->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = span_order(span(deals->at[middle].id), id);
		if (order == 0)
			return middle;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return deals->count;
}

void
deals_release(struct deals *deals)
{
	for (size_t i = 0; i < deals->dimensions; i++)
		names_free(deals->dimension[i].values);
	names_free(deals->stages);
	names_free(deals->reps);
	names_free(deals->lists);
	free(deals->dimension);
	free(deals->codes);
	free(deals->texts);
	free(deals->at);
}
