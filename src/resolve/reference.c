#include <stdlib.h>

#include "diag.h"
#include "mem.h"
#include "money.h"
#include "paid.h"
#include "reference.h"
#include "when.h"

enum { OF_POST = 3, OF_AMOUNT = 5, TEXTS = 3 };

struct reference {
	const struct options *opts;
	struct aliases *aliases;
	struct roster *roster;
	struct rates *rates;
	struct paid *paid; /* by deal its rate, of --deals; or NULL */
	const char *home; /* the currency that counts; NULL: each does */
	size_t *dimension; /* slots, by number of the aliases */
	bool *met; /* by that number: a deal has it */
	bool any; /* deal */
	size_t rep, manager, team, outcome, closed, amount, currency, converted;
	size_t deal_id, field, old, new;
	struct edit *edits;
	size_t count;
	char texts[TEXTS][MONEY_TEXT_MAX]; /* of a day, an amount, a rate */
	struct missed *strangers, *early, *unpriced; /* reps, reps before a row, currencies */
};

static void
want(struct reference *reference, struct rec_in *in)
{
	size_t dimensions = aliases_count(reference->aliases);

	reference->dimension = mem_new(dimensions + 1, sizeof *reference->dimension);
	reference->met = mem_new(dimensions + 1, sizeof *reference->met);
	for (size_t i = 0; i < dimensions; i++)
		reference->dimension[i] =
		    rec_want(in, aliases_dimension(reference->aliases, i));
	reference->rep = rec_want(in, "sales_rep_id");
	reference->manager = rec_want(in, "manager_id");
	reference->team = rec_want(in, "team");
	reference->outcome = rec_want(in, "outcome");
	reference->closed = rec_want(in, "closed_date");
	reference->amount = rec_want(in, "amount");
	reference->currency = rec_want(in, "currency");
	reference->converted = rec_want(in, "amount_converted");
	reference->deal_id = rec_want(in, "deal_id");
	reference->field = rec_want(in, "field");
	reference->old = rec_want(in, "old");
	reference->new = rec_want(in, "new");
	reference->edits = mem_new(dimensions + OF_POST + OF_AMOUNT, sizeof *reference->edits);
}

struct reference *
reference_open(const struct options *opts, struct rec_in *in)
{
	struct reference *reference = mem_new(1, sizeof *reference);

	reference->opts = opts;
	reference->aliases = aliases_load(opts->aliases);
	reference->roster = roster_load(opts->roster);
	reference->home = opts->currency;
	if (opts->rates != NULL) {
		reference->rates = rates_load(opts->rates, opts->currency);
		reference->home = rates_home(reference->rates);
	}
	if (opts->deals != NULL)
		reference->paid = paid_read(opts->deals);
	reference->strangers = missed_new();
	reference->early = missed_new();
	reference->unpriced = missed_new();
	want(reference, in);
	return reference;
}

const struct aliases *
reference_aliases(const struct reference *reference)
{
	return reference->aliases;
}

static void
add_edit(struct reference *reference, const char *name, struct span value, bool text)
{
	reference->edits[reference->count++] = (struct edit){ span(name), value, text };
}

/* A text, where the deal does not say so already. */
static void
set_text(struct reference *reference, const struct rec *deal, size_t slot, const char *name,
    const char *value)
{
	if (value != NULL
	    && !(deal->fields[slot].type == REC_STRING && span_is(rec_text(deal, slot), value)))
		add_edit(reference, name, span(value), true);
}

/* Gives the name of the rep, as it is now. */
static struct span
rename_values(struct reference *reference, const struct rec *deal)
{
	struct span rep =
	    rec_is_missing(deal, reference->rep) ? span("") : rec_text(deal, reference->rep);

	reference->any = true;
	for (size_t i = 0; i < aliases_count(reference->aliases); i++) {
		size_t slot = reference->dimension[i];
		reference->met[i] |= deal->fields[slot].type != REC_ABSENT;
		const char *now = deal->fields[slot].type == REC_STRING
		    ? aliases_now(reference->aliases, i, rec_text(deal, slot))
		    : NULL;
		if (now == NULL)
			continue;
		add_edit(reference, aliases_dimension(reference->aliases, i), span(now), true);
		if (slot == reference->rep)
			rep = span(now);
	}
	return rep;
}

static bool
is_open(const struct reference *reference, const struct rec *deal)
{
	return span_is(rec_text(deal, reference->outcome), "open")
	    || rec_is_missing(deal, reference->closed);
}

/* The day that what is dated is asked of. */
static int32_t
day_of(const struct reference *reference, const struct rec *deal)
{
	struct span text = rec_text(deal, reference->closed);
	int32_t day;

	if (is_open(reference, deal))
		return reference->opts->as_of;
	if (text.len > WHEN_DAY_LEN)
		text.len = WHEN_DAY_LEN;
	if (!when_day(text, &day))
		die(EX_DATAERR, "stdin:%zu: closed_date: %.*s: no such day", deal->number,
		    (int)text.len, text.at);
	return day;
}

/* An open deal of somebody who left needs another owner. */
static void
note_leaver(struct reference *reference, const struct rec *deal, struct span rep)
{
	int32_t left = roster_left(reference->roster, rep, reference->opts->as_of);

	if (left == INT32_MAX || !is_open(reference, deal))
		return;
	when_text(left, reference->texts[0]);
	add_edit(
	    reference, "rep_left", (struct span){ reference->texts[0], WHEN_DAY_LEN }, true);
}

static void
place_rep(struct reference *reference, const struct rec *deal, struct span rep)
{
	if (rep.len == 0)
		return;

	int32_t day = day_of(reference, deal);
	const struct post *post = roster_post(reference->roster, rep, day);
	if (post == NULL) {
		bool known = roster_knows(reference->roster, rep);
		missed_add(known ? reference->early : reference->strangers, rep, day);
		return;
	}
	set_text(reference, deal, reference->manager, "manager_id", post->manager);
	set_text(reference, deal, reference->team, "team", post->team);
	note_leaver(reference, deal, rep);
}

static int64_t
money_of(const struct rec *rec, size_t slot, const char *field)
{
	struct span text = rec_text(rec, slot);
	int64_t amount;

	if (rec->fields[slot].type == REC_STRING || !money_read(text, &amount))
		die(EX_DATAERR, "stdin:%zu: %s: %.*s: not a plain number", rec->number, field,
		    text.len > 80 ? 80 : (int)text.len, text.at);
	return amount;
}

static int64_t
converted(const struct rec *rec, int64_t amount, int64_t rate)
{
	int64_t home;

	if (!rate_convert(amount, rate, &home))
		die(EX_DATAERR, "stdin:%zu: the amount is too large to be converted",
		    rec->number);
	return home;
}

/* What the CRM made of it stands; else the rate of the day tells.  False: neither does. */
static bool
in_home(struct reference *reference, const struct rec *deal, int64_t *home, int64_t *rate)
{
	int64_t amount = money_of(deal, reference->amount, "amount");

	if (!rec_is_missing(deal, reference->converted)) {
		*home = money_of(deal, reference->converted, "amount_converted");
		if (!rate_of(*home, amount, rate))
			*rate = 0;
		return true;
	}
	if (reference->rates == NULL
	    || !rates_on(reference->rates, rec_text(deal, reference->currency),
		day_of(reference, deal), rate))
		return false;
	*home = converted(deal, amount, *rate);
	return true;
}

static void
convert(struct reference *reference, const struct rec *deal)
{
	struct span currency = rec_text(deal, reference->currency);
	int64_t home, rate;

	if (rec_is_missing(deal, reference->currency) || span_is(currency, reference->home)
	    || rec_is_missing(deal, reference->amount))
		return;
	if (!in_home(reference, deal, &home, &rate)) {
		missed_add(reference->unpriced, currency, day_of(reference, deal));
		return;
	}
	add_edit(reference, "amount", money_text(home, reference->texts[1]), false);
	add_edit(reference, "currency", span(reference->home), true);
	add_edit(reference, "amount_original", rec_text(deal, reference->amount), false);
	add_edit(reference, "currency_original", currency, true);
	if (rate > 0)
		add_edit(reference, "rate", rate_text(rate, reference->texts[2]), false);
}

const struct edit *
reference_edits(struct reference *reference, const struct rec *deal, size_t *count)
{
	reference->count = 0;
	struct span rep = rename_values(reference, deal);
	if (reference->roster != NULL)
		place_rep(reference, deal, rep);
	if (reference->home != NULL)
		convert(reference, deal);
	*count = reference->count;
	return reference->edits;
}

static const char *
renamed(
    const struct reference *reference, const struct rec *change, size_t dimension, size_t slot)
{
	return change->fields[slot].type == REC_STRING
	    ? aliases_now(reference->aliases, dimension, rec_text(change, slot))
	    : NULL;
}

/* From one name to another of the same thing: nothing changed. */
static enum verdict
rename_change(struct reference *reference, const struct rec *change, size_t dimension)
{
	const char *old = renamed(reference, change, dimension, reference->old),
		   *new = renamed(reference, change, dimension, reference->new);

	if (old == NULL && new == NULL)
		return AS_IT_IS;
	struct span was = old != NULL ? span(old) : rec_text(change, reference->old);
	struct span is = new != NULL ? span(new) : rec_text(change, reference->new);
	if (span_equal(was, is))
		return NO_CHANGE;
	set_text(reference, change, reference->old, "old", old);
	set_text(reference, change, reference->new, "new", new);
	return EDITED;
}

static enum verdict
convert_change(struct reference *reference, const struct rec *change)
{
	const size_t slots[] = { reference->old, reference->new };
	static const char *const names[] = { "old", "new" };
	int64_t rate = paid_rate(reference->paid, rec_text(change, reference->deal_id));

	for (size_t i = 0; rate > 0 && i < 2; i++) {
		if (rec_is_missing(change, slots[i]))
			continue;
		int64_t amount = money_of(change, slots[i], names[i]);
		add_edit(reference, names[i],
		    money_text(converted(change, amount, rate), reference->texts[i]), false);
	}
	return reference->count > 0 ? EDITED : AS_IT_IS;
}

enum verdict
reference_change(struct reference *reference, const struct rec *change,
    const struct edit **edits, size_t *count)
{
	struct span field = rec_text(change, reference->field);
	enum verdict verdict = AS_IT_IS;

	reference->count = 0;
	for (size_t i = 0; i < aliases_count(reference->aliases); i++)
		if (span_is(field, aliases_dimension(reference->aliases, i)))
			verdict = rename_change(reference, change, i);
	if (reference->paid != NULL && span_is(field, "amount"))
		verdict = convert_change(reference, change);
	*edits = reference->edits;
	*count = reference->count;
	return verdict;
}

void
reference_tell(const struct reference *reference)
{
	const struct options *opts = reference->opts;

	for (size_t i = 0; reference->any && i < aliases_count(reference->aliases); i++)
		if (!reference->met[i])
			warn("%s: /%s: no deal has such a field, so nothing is renamed in it",
			    opts->aliases, aliases_dimension(reference->aliases, i));
	missed_tell(reference->strangers, opts->roster, "reps that are not in it");
	missed_tell(reference->early, opts->roster, "reps without a row for the day");
	missed_tell(reference->unpriced, opts->rates != NULL ? opts->rates : "--currency",
	    "no rate, so amounts stay as they are");
}

void
reference_close(struct reference *reference)
{
	missed_free(reference->strangers);
	missed_free(reference->early);
	missed_free(reference->unpriced);
	aliases_free(reference->aliases);
	roster_free(reference->roster);
	rates_free(reference->rates);
	paid_free(reference->paid);
	free(reference->dimension);
	free(reference->met);
	free(reference->edits);
	free(reference);
}
