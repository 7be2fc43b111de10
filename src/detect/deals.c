#define _GNU_SOURCE /* qsort_r */
#include <stdlib.h>
#include <string.h>

#include "deals.h"
#include "diag.h"
#include "mem.h"
#include "money.h"
#include "rec.h"
#include "when.h"

enum { REACH = 842 }; /* days: of what expected chances are learned from, and their gap */

struct reader {
	const char *path, *home; /* home: the currency to count in, or NULL */
	struct deals *deals;
	size_t id, created, closed, recorded, outcome, amount, currency, url;
	size_t *dimension; /* slots */
	size_t room, text_used, text_room;
	char *money; /* the currency of all amounts so far */
};

static void
want(struct reader *reader, struct rec_in *in)
{
	reader->id = rec_want(in, "deal_id");
	reader->created = rec_want(in, "created_date");
	reader->closed = rec_want(in, "closed_date");
	reader->recorded = rec_want(in, "recorded_at");
	reader->outcome = rec_want(in, "outcome");
	reader->amount = rec_want(in, "amount");
	reader->currency = rec_want(in, "currency");
	reader->url = rec_want(in, "url");
	reader->dimension = mem_new(reader->deals->dimensions + 1, sizeof(size_t));
	for (size_t i = 0; i < reader->deals->dimensions; i++)
		reader->dimension[i] = rec_want(in, reader->deals->dimension[i].name);
}

/* The day of a date or an instant; false if the field is absent. */
static bool
day_of(const struct reader *reader, const struct rec *rec, size_t slot, int32_t *day)
{
	struct span text = rec_text(rec, slot);

	if (text.len == 0)
		return false;
	if (text.len > WHEN_DAY_LEN)
		text.len = WHEN_DAY_LEN;
	if (!when_day(text, day))
		die(EX_DATAERR, "%s:%zu: %.*s is no day", reader->path, rec->number,
		    (int)text.len, text.at);
	return true;
}

static int64_t
amount_of(struct reader *reader, const struct rec *rec)
{
	struct span text = rec_text(rec, reader->amount);
	struct span currency = rec_text(rec, reader->currency);
	int64_t amount = 0;

	if (text.len != 0 && !money_read(text, &amount))
		die(EX_DATAERR, "%s:%zu: amount %.*s is no money", reader->path, rec->number,
		    (int)text.len, text.at);
	if (money_unlike(reader->home, currency))
		return 0;
	if (currency.len != 0 && reader->money == NULL)
		reader->money = mem_copy(currency.at, currency.len);
	if (currency.len != 0 && !span_is(currency, reader->money))
		die(EX_DATAERR, "%s:%zu: %.*s beside %s: amounts that cannot be added",
		    reader->path, rec->number, (int)currency.len, currency.at, reader->money);
	return amount;
}

/* The id, a NUL, where it is to be looked at, another. */
static size_t
keep_texts(struct reader *reader, struct span id, struct span url)
{
	struct deals *deals = reader->deals;
	size_t at = reader->text_used, len = id.len + url.len + 2;

	if (at + len > reader->text_room) {
		reader->text_room = (reader->text_room + len) * 2 + 1024;
		deals->ids = mem_grow(deals->ids, reader->text_room, 1);
	}
	memcpy(deals->ids + at, id.at, id.len);
	memcpy(deals->ids + at + id.len + 1, url.at, url.len);
	deals->ids[at + id.len] = deals->ids[at + len - 1] = '\0';
	reader->text_used += len;
	return at;
}

static struct deal
deal_of(struct reader *reader, const struct rec *rec)
{
	struct span outcome = rec_text(rec, reader->outcome), id = rec_text(rec, reader->id);
	struct deal deal = { .created = INT32_MIN, .recorded = DEAL_OPEN };

	if (id.len == 0)
		die(EX_DATAERR, "%s:%zu: no deal_id", reader->path, rec->number);
	deal.id = keep_texts(reader, id, rec_text(rec, reader->url));
	deal.amount = amount_of(reader, rec);
	deal.won = span_is(outcome, "won");
	day_of(reader, rec, reader->created, &deal.created);
	if (span_is(outcome, "open"))
		return deal;
	if (!deal.won && !span_is(outcome, "lost"))
		die(EX_DATAERR, "%s:%zu: outcome %.*s is not won, lost or open", reader->path,
		    rec->number, (int)outcome.len, outcome.at);
	bool closed = day_of(reader, rec, reader->closed, &deal.closed);
	if (!day_of(reader, rec, reader->recorded, &deal.recorded)) {
		if (!closed)
			die(EX_DATAERR, "%s:%zu: decided without recorded_at or closed_date",
			    reader->path, rec->number);
		deal.recorded = deal.closed;
	}
	if (!closed)
		deal.closed = deal.recorded;
	if (deal.created > deal.recorded) /* west of us it was still the day before */
		deal.created = deal.recorded;
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
		deals->codes =
		    mem_grow(deals->codes, reader->room * wide + 1, sizeof(uint32_t));
	}
	deal.row = (uint32_t)deals->count;
	deals->at[deals->count++] = deal;
	for (size_t i = 0; i < wide; i++) {
		struct span value = rec_text(rec, reader->dimension[i]);
		deals->codes[deal.row * wide + i] =
		    value.len == 0 ? CODE_NONE : names_add(deals->dimension[i].values, value);
	}
}

/* Ids settle ties, so that the order of the lines says nothing. */
static int
by_recorded(const void *a, const void *b, void *ids)
{
	const struct deal *x = a, *y = b;
	const char *text = ids;

	if (x->recorded != y->recorded)
		return x->recorded < y->recorded ? -1 : 1;
	return strcmp(text + x->id, text + y->id);
}

/*
 * A mistyped year would have decades looked at, and count them as days to learn from: what was
 * recorded so long before the rest that no statistic reaches it is left out, if it is the less.
 */
static void
leave_out_ancient(struct deals *deals)
{
	size_t ancient = 0;
	char day[WHEN_DAY_LEN];

	for (size_t i = 1; i < deals->decided && i < deals->decided - i; i++)
		if (deals->at[i].recorded - deals->at[i - 1].recorded > REACH)
			ancient = i;
	if (ancient == 0)
		return;
	when_text(deals->at[ancient].recorded, day);
	warn("left out: %zu recorded years before the rest, which begin on %.*s", ancient,
	    WHEN_DAY_LEN, day);
	deals->count -= ancient;
	deals->decided -= ancient;
	memmove(deals->at, deals->at + ancient, deals->count * sizeof deals->at[0]);
}

static void
note_earliest(struct deals *deals)
{
	int32_t earliest = INT32_MAX;

	for (size_t i = deals->decided; i-- > 0;) {
		if (deals->at[i].created < earliest)
			earliest = deals->at[i].created;
		deals->at[i].earliest = earliest;
	}
}

/* Takes back what was not known on the day, and puts the rest in order. */
static void
settle(struct deals *deals, int32_t through)
{
	size_t kept = 0;

	for (size_t i = 0; i < deals->count; i++) {
		struct deal deal = deals->at[i];
		if (deal.recorded > through)
			deal.recorded = DEAL_OPEN;
		if (deal.created <= through || deal.recorded != DEAL_OPEN)
			deals->at[kept++] = deal;
	}
	for (size_t i = 0; i < deals->dimensions; i++)
		names_sort_codes(deals->dimension[i].values, deals->codes, deals->count,
		    deals->dimensions, i);
	deals->count = kept;
	if (kept > 1)
		qsort_r(deals->at, kept, sizeof deals->at[0], by_recorded, deals->ids);
	deals->decided = deals_from(deals, DEAL_OPEN);
	leave_out_ancient(deals);
	note_earliest(deals);
	deals->first = deals->decided > 0 ? deals->at[0].recorded : through;
	deals->last = deals->decided > 0 ? deals->at[deals->decided - 1].recorded : through;
}

/* The last day a deal was recorded on; any will do if there is none. */
static int32_t
last_recorded(const struct deals *deals)
{
	int32_t last = 0;
	bool any = false;

	for (size_t i = 0; i < deals->count; i++) {
		int32_t recorded = deals->at[i].recorded;
		if (recorded == DEAL_OPEN || (any && recorded <= last))
			continue;
		last = recorded;
		any = true;
	}
	return last;
}

void
deals_read(struct deals *deals, const char *path, const struct names *dimensions,
    const char *rep, int32_t through, const char *home)
{
	struct reader reader = { .path = path, .home = home, .deals = deals };
	struct rec_in *in = rec_open(path);
	const struct rec *rec;

	*deals = (struct deals){ .dimensions = names_count(dimensions) };
	deals->rep = deals->dimensions;
	deals->dimension = mem_new(deals->dimensions + 1, sizeof deals->dimension[0]);
	for (size_t i = 0; i < deals->dimensions; i++) {
		deals->dimension[i].name = names_text(dimensions, (uint32_t)i);
		deals->dimension[i].values = names_new();
		if (strcmp(deals->dimension[i].name, rep) == 0)
			deals->rep = i;
	}
	want(&reader, in);
	while ((rec = rec_next(in)) != NULL)
		add(&reader, rec);
	rec_close(in);
	free(reader.dimension);
	free(reader.money);
	settle(deals, through != INT32_MAX ? through : last_recorded(deals));
}

size_t
deals_from(const struct deals *deals, int32_t day)
{
	size_t low = 0, high = deals->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (deals->at[middle].recorded < day)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

json_t *
deals_tell(const struct deals *deals, size_t deal)
{
	const char *id = deals->ids + deals->at[deal].id, *url = id + strlen(id) + 1;

	return *url == '\0' ? json_string(id)
			    : json_pack("{s:s, s:s}", "deal_id", id, "url", url);
}

void
deals_release(struct deals *deals)
{
	for (size_t i = 0; i < deals->dimensions; i++)
		names_free(deals->dimension[i].values);
	free(deals->ids);
	free(deals->dimension);
	free(deals->codes);
	free(deals->at);
}
