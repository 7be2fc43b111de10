#include <stdlib.h>

#include "changes.h"
#include "diag.h"
#include "mem.h"
#include "money.h"
#include "rec.h"
#include "when.h"

struct reader {
	const char *path;
	struct changes *changes;
	struct deals *deals;
	size_t room, id, field, old, new, at, seen;
};

static const char *const field_names[CHANGE_FIELDS] = { "stage", "amount",
	"expected_close_date", "last_activity_date", "modified_at" };

static bool
field_named(struct span name, enum change_field *field)
{
	for (size_t i = 0; i < CHANGE_FIELDS; i++)
		if (span_is(name, field_names[i])) {
			*field = (enum change_field)i;
			return true;
		}
	return false;
}

static int32_t
day_of(const struct reader *reader, const struct rec *rec, size_t slot)
{
	struct span text = rec_text(rec, slot);
	int32_t day = DAY_NONE;

	if (rec_is_missing(rec, slot))
		return DAY_NONE;
	if (text.len > WHEN_DAY_LEN)
		text.len = WHEN_DAY_LEN;
	if (!when_day(text, &day))
		die(EX_DATAERR, "%s:%zu: %.*s is no day", reader->path, rec->number,
		    (int)text.len, text.at);
	return day;
}

static int64_t
value_of(
    const struct reader *reader, const struct rec *rec, size_t slot, enum change_field field)
{
	struct span text = rec_text(rec, slot);
	int64_t amount;

	if (rec_is_missing(rec, slot))
		return CHANGE_NONE;
	if (field == STAGE)
		return names_add(reader->deals->stages, text);
	if (field != AMOUNT)
		return day_of(reader, rec, slot);
	if (!money_read(text, &amount))
		die(EX_DATAERR, "%s:%zu: amount %.*s is no money", reader->path, rec->number,
		    (int)text.len, text.at);
	return amount;
}

static int64_t
instant_of(const struct reader *reader, const struct rec *rec)
{
	int64_t instant;

	if (!when_stamp(rec_text(rec, reader->seen), &instant))
		die(EX_DATAERR, "%s:%zu: no instant it was seen at", reader->path, rec->number);
	return instant;
}

static void
add(struct reader *reader, const struct rec *rec, enum change_field field, size_t deal)
{
	struct changes *changes = reader->changes;
	int32_t at = day_of(reader, rec, reader->at);
	struct change change = {
		.deal = deal,
		.field = field,
		.seen = day_of(reader, rec, reader->seen),
		.instant = instant_of(reader, rec),
		.old = value_of(reader, rec, reader->old, field),
		.new = value_of(reader, rec, reader->new, field),
	};

	change.at = at != DAY_NONE && at <= change.seen ? at : change.seen;
	if (changes->count == reader->room) {
		reader->room = reader->room * 2 + 1024;
		changes->list = mem_grow(changes->list, reader->room, sizeof change);
	}
	changes->list[changes->count++] = change;
}

/* Two changes of one field of a deal in one second: no order is known but that of values. */
static int
by_deal(const void *a, const void *b)
{
	const struct change *x = a, *y = b;

	if (x->deal != y->deal)
		return x->deal < y->deal ? -1 : 1;
	if (x->instant != y->instant)
		return x->instant < y->instant ? -1 : 1;
	if (x->field != y->field)
		return x->field < y->field ? -1 : 1;
	if (x->old != y->old)
		return x->old < y->old ? -1 : 1;
	return (x->new > y->new) - (x->new < y->new);
}

static int32_t
day_before(int64_t value)
{
	return value == CHANGE_NONE ? DAY_NONE : (int32_t)value;
}

static void
take_back(struct deal *deal, const struct change *change)
{
	switch (change->field) {
	case STAGE:
		deal->stage = change->old == CHANGE_NONE ? CODE_NONE : (uint32_t)change->old;
		break;
	case AMOUNT: deal->amount = change->old == CHANGE_NONE ? 0 : change->old; break;
	case EXPECTED: deal->expected = day_before(change->old); break;
	case ACTIVITY: deal->active = day_before(change->old); break;
	case MODIFIED: deal->modified = day_before(change->old); break;
	case CHANGE_FIELDS: break;
	}
}

/* Newest first, as they are undone; then each deal gets what is left of its own. */
static void
settle(struct changes *changes, struct deals *deals)
{
	size_t kept = 0;

	for (size_t i = changes->count; i > 0; i--)
		if (changes->list[i - 1].seen > deals->day)
			take_back(&deals->at[changes->list[i - 1].deal], &changes->list[i - 1]);
	for (size_t i = 0; i < changes->count; i++) {
		const struct change *change = &changes->list[i];
		struct deal *deal = &deals->at[change->deal];
		if (change->seen > deals->day)
			continue;
		if (deal->changes++ == 0)
			deal->change = kept;
		if (change->seen < changes->since[change->field])
			changes->since[change->field] = change->seen;
		changes->list[kept++] = *change;
	}
	changes->count = kept;
}

static void
read_all(struct reader *reader, struct rec_in *in)
{
	const struct rec *rec;
	enum change_field field;

	reader->id = rec_want(in, "deal_id");
	reader->field = rec_want(in, "field");
	reader->old = rec_want(in, "old");
	reader->new = rec_want(in, "new");
	reader->at = rec_want(in, "at");
	reader->seen = rec_want(in, "seen");
	while ((rec = rec_next(in)) != NULL) {
		size_t deal = deals_find(reader->deals, rec_text(rec, reader->id));
		if (deal < reader->deals->count
		    && field_named(rec_text(rec, reader->field), &field)
		    && !(field == AMOUNT && reader->deals->at[deal].unlike))
			add(reader, rec, field, deal);
	}
}

void
changes_read(struct changes *changes, const char *path, struct deals *deals)
{
	struct reader reader = { .path = path, .changes = changes, .deals = deals };

	*changes = (struct changes){ 0 };
	for (size_t i = 0; i < CHANGE_FIELDS; i++)
		changes->since[i] = INT32_MAX;
	if (path == NULL)
		return;
	struct rec_in *in = rec_open(path);
	read_all(&reader, in);
	rec_close(in);
	if (changes->count > 1)
		qsort(changes->list, changes->count, sizeof *changes->list, by_deal);
	settle(changes, deals);
}

void
changes_release(struct changes *changes)
{
	free(changes->list);
}

static bool
is_push(const struct change *change)
{
	return change->field == EXPECTED && change->old != CHANGE_NONE
	    && change->new != CHANGE_NONE && change->new > change->old;
}

/* Who is in the first stage we saw has been there since the creation, if we watched it then. */
struct standing
standing_on(const struct changes *changes, const struct deal *deal, int32_t day)
{
	struct standing standing = { deal->stage, DAY_NONE, DAY_NONE, 0 };
	bool later = false;

	if (deal->created != DAY_NONE && deal->created >= changes->since[STAGE])
		standing.entered = deal->created;
	for (size_t i = 0; i < deal->changes; i++) {
		const struct change *change = &changes->list[deal->change + i];
		if (change->field == STAGE && change->seen > day && !later) {
			later = true;
			standing.stage =
			    change->old == CHANGE_NONE ? CODE_NONE : (uint32_t)change->old;
		}
		if (change->seen > day)
			continue;
		if (change->field == STAGE)
			standing.entered = change->at;
		if (is_push(change)) {
			standing.pushed = change->seen;
			standing.pushes++;
		}
	}
	return standing;
}
