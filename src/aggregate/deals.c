#include "deals.h"
#include "diag.h"
#include "money.h"
#include "rec.h"
#include "when.h"

struct slots {
	size_t outcome, amount, currency, created, closed, date, otherwise, dims[CUBE_DIMS];
};

static struct slots
want_deal(const struct cube *cube, const struct clock *clock, struct rec_in *in)
{
	struct slots slots = {
		.outcome = rec_want(in, "outcome"),
		.amount = rec_want(in, "amount"),
		.currency = rec_want(in, "currency"),
		.created = rec_want(in, "created_date"),
		.closed = rec_want(in, "closed_date"),
		.date = rec_want(in, clock->field),
		.otherwise = rec_want(in, clock->otherwise),
	};

	for (size_t dim = 0; dim < cube_dims(cube); dim++)
		slots.dims[dim] = rec_want(in, cube_name(cube, dim));
	return slots;
}

/* A null is nothing. */
static struct span
text_of(const struct rec *deal, size_t slot)
{
	return deal->fields[slot].type == REC_NULL ? span("") : rec_text(deal, slot);
}

static _Noreturn void
refuse(const struct rec *deal, const char *field, struct span text, const char *why)
{
	die(EX_DATAERR, "stdin:%zu: %s: %.*s: %s", deal->number, field,
	    text.len > 80 ? 80 : (int)text.len, text.at, why);
}

static enum measure
outcome_of(const struct rec *deal, size_t slot)
{
	struct span text = text_of(deal, slot);

	if (span_is(text, "won"))
		return WON;
	if (span_is(text, "lost"))
		return LOST;
	if (!span_is(text, "open"))
		refuse(deal, "outcome", text, "must be won, lost or open");
	return OPEN;
}

static int64_t
amount_of(const struct rec *deal, const struct slots *slots, struct form *form)
{
	struct span text = text_of(deal, slots->amount);
	int64_t amount;

	if (text.len == 0)
		return 0;
	if (deal->fields[slots->amount].type == REC_STRING || !money_read(text, &amount))
		refuse(deal, "amount", text, "not a plain number");
	return form_currency(form, text_of(deal, slots->currency), deal->number) ? amount : 0;
}

/* The day of a date, or of an instant; false if the deal has none. */
static bool
day_of(const struct rec *deal, size_t slot, const char *field, int32_t *day)
{
	struct span text = text_of(deal, slot);

	if (text.len == 0)
		return false;
	if (text.len < WHEN_DAY_LEN || !when_day((struct span){ text.at, WHEN_DAY_LEN }, day))
		refuse(deal, field, text, "no such day");
	return true;
}

/* The day it counts on need not be read again if it is the one it was closed. */
static int32_t
cycle_of(const struct rec *deal, const struct slots *slots, int32_t day)
{
	int32_t created, closed = day;

	if (!day_of(deal, slots->created, "created_date", &created)
	    || (slots->date != slots->closed
		&& !day_of(deal, slots->closed, "closed_date", &closed)))
		return NO_CYCLE;
	return closed - created;
}

/* False if the deal is not on the clock. */
static bool
read_deal(
    const struct rec *deal, const struct slots *slots, struct form *form, struct fact *fact)
{
	const struct clock *clock = form->clock;
	int32_t day;

	fact->outcome = outcome_of(deal, slots->outcome);
	if (fact->outcome == OPEN && !clock->open)
		return false;
	if (!day_of(deal, slots->date, clock->field, &day)
	    && !day_of(deal, slots->otherwise, clock->otherwise, &day))
		return false;
	fact->day = form->bucket->start(day);
	fact->amount = amount_of(deal, slots, form);
	fact->cycle = fact->outcome == OPEN ? NO_CYCLE : cycle_of(deal, slots, day);
	return true;
}

void
deals_count(struct cube *cube, struct form *form, struct rec_in *in, struct summary *sum)
{
	struct slots slots = want_deal(cube, form->clock, in);
	struct span words[CUBE_DIMS];
	const struct rec *deal;
	struct fact fact;

	for (; (deal = rec_next(in)) != NULL; sum->in++) {
		if (!read_deal(deal, &slots, form, &fact)) {
			sum->dropped++;
			continue;
		}
		for (size_t dim = 0; dim < cube_dims(cube); dim++)
			words[dim] = text_of(deal, slots.dims[dim]);
		cube_add(cube, &fact, words);
		sum->out++;
	}
}
