#include <stdlib.h>

#include "alike.h"
#include "diag.h"
#include "fingerprint.h"
#include "fold.h"
#include "likeness.h"
#include "mem.h"
#include "money.h"
#include "piles.h"
#include "when.h"

enum { NEAR_AMOUNT = 50 /* a fiftieth: 2 % */, CLOSE_DAYS = 31, BARE_DAYS = 1 };
#define NO_AMOUNT INT64_MIN
#define NO_DAY INT32_MIN
static const double LEAST_LIKENESS = 0.85, UNNAMED = 0.9;

/* Of a deal's texts, what it may share with another; the bytes follow one another behind it. */
enum { ID, ACCOUNT, NAME, PRODUCT, CURRENCY, TEXTS };

struct entry {
	struct fingerprint account;
	uint64_t number, digits; /* digits: of the name, see likeness_digits */
	int64_t amount;
	int32_t created, closes;
	bool named;
};
static const struct piles_kind kind = { sizeof(struct entry), TEXTS };

struct fields {
	size_t id, account, name, product, currency, amount, created, closed, expected;
};

struct pair {
	uint64_t number;
	json_t *told;
};

struct telling {
	struct alike_how how;
	struct fields at;
	struct piles *piles;
	uint64_t seed;
	struct pair *pairs;
	size_t count;
};

static int32_t
day_at(const struct rec *rec, size_t slot)
{
	int32_t day;

	return when_day(rec_text(rec, slot), &day) ? day : NO_DAY;
}

static const char *
text_at(const struct entry *entry, size_t which)
{
	return piles_text(entry, kind, which);
}

static bool
has_text(const struct entry *entry, size_t which)
{
	return *text_at(entry, which) != '\0';
}

static void
set_aside(struct telling *t, const struct rec *rec, int32_t created)
{
	const struct fields *at = &t->at;
	struct entry head = { .number = rec->number, .created = created };
	char *account = fold_account(rec_text(rec, at->account));
	char *name = likeness_words(rec_text(rec, at->name), account);
	char *product = fold_text(rec_text(rec, at->product));
	const struct span texts[TEXTS] = { [ID] = rec_text(rec, at->id),
		[ACCOUNT] = span(account),
		    [NAME] = span(name),
			[PRODUCT] = span(product), [CURRENCY] = rec_text(rec, at->currency) };

	head.named = !rec_is_missing(rec, at->name);
	if (!money_read(rec_text(rec, at->amount), &head.amount))
		head.amount = NO_AMOUNT;
	head.closes = day_at(rec, at->closed);
	if (head.closes == NO_DAY)
		head.closes = day_at(rec, at->expected);
	head.digits = likeness_digits(name);
	head.account = fingerprint_of(texts[ACCOUNT], t->seed);
	piles_put_texts(t->piles, head.account.low, kind, &head, texts);
	free(account);
	free(name);
	free(product);
}

static int
by_account(const void *a, const void *b)
{
	const struct entry *x = *(const struct entry *const *)a;
	const struct entry *y = *(const struct entry *const *)b;

	if (!fingerprint_equal(x->account, y->account))
		return fingerprint_less(x->account, y->account) ? -1 : 1;
	if (x->created != y->created)
		return x->created < y->created ? -1 : 1;
	return (x->number > y->number) - (x->number < y->number);
}

static bool
same_if_known(const struct entry *a, const struct entry *b, size_t which)
{
	return !has_text(a, which) || !has_text(b, which)
	    || strcmp(text_at(a, which), text_at(b, which)) == 0;
}

static bool
amounts_near(int64_t a, int64_t b)
{
	int64_t larger = llabs(a) > llabs(b) ? llabs(a) : llabs(b);

	if (a == NO_AMOUNT || b == NO_AMOUNT)
		return a == b;
	return llabs(a - b) <= larger / NEAR_AMOUNT;
}

static bool
days_near(int32_t a, int32_t b, int most)
{
	return a == NO_DAY || b == NO_DAY || abs(a - b) <= most;
}

/* Deals without names must agree in all else, or two orders of one day would be one. */
static bool
bare_alike(const struct entry *a, const struct entry *b)
{
	return a->amount == b->amount && a->amount != NO_AMOUNT && a->amount != 0
	    && b->created - a->created <= BARE_DAYS && a->closes == b->closes
	    && a->closes != NO_DAY && strcmp(text_at(a, PRODUCT), text_at(b, PRODUCT)) == 0;
}

/* 0 if no deal has two such names. */
static double
names_alike(const struct entry *a, const struct entry *b)
{
	const char *one = text_at(a, NAME), *other = text_at(b, NAME);

	if (!a->named && !b->named)
		return bare_alike(a, b) ? UNNAMED : 0;
	if (!a->named || !b->named)
		return 0;
	if (strcmp(one, other) == 0)
		return 1;
	double likeness = likeness_same(one, other) ? likeness_of(one, other) : 0;
	return likeness >= LEAST_LIKENESS ? likeness : 0;
}

/* 0 if they are not alike; else how much, up to 1. */
static double
score_of(const struct entry *a, const struct entry *b, int within)
{
	double apart = (double)(b->created - a->created) / (10 * (double)(within + 1));

	if (!amounts_near(a->amount, b->amount) || !days_near(a->closes, b->closes, CLOSE_DAYS)
	    || a->digits != b->digits || !same_if_known(a, b, CURRENCY)
	    || !same_if_known(a, b, PRODUCT) || strcmp(text_at(a, ID), text_at(b, ID)) == 0)
		return 0;
	return names_alike(a, b) * (a->amount == b->amount ? 1 : 0.98) * (1 - apart);
}

static char *
why_of(const struct entry *a, const struct entry *b)
{
	char text[2][MONEY_TEXT_MAX];
	int days = b->created - a->created;
	char *amounts, *why;

	if (a->amount == NO_AMOUNT) {
		amounts = mem_copy("no amounts", 10);
	} else {
		struct span x = money_text(a->amount, text[0]),
			    y = money_text(b->amount, text[1]);
		amounts = a->amount == b->amount
		    ? mem_printf("amount %.*s", (int)x.len, x.at)
		    : mem_printf("amounts %.*s and %.*s", (int)x.len, x.at, (int)y.len, y.at);
	}
	const char *names = !a->named                         ? "no names"
	    : strcmp(text_at(a, NAME), text_at(b, NAME)) == 0 ? "one name"
							      : "names alike";
	why = days == 0 ? mem_printf("one account, %s, created on one day, %s", amounts, names)
			: mem_printf("one account, %s, created %d day%s apart, %s", amounts,
			    days, days == 1 ? "" : "s", names);
	free(amounts);
	return why;
}

/* The later arrival is told, and of the earlier the other. */
static void
note(struct telling *t, const struct entry *a, const struct entry *b, double score)
{
	bool turned = a->number > b->number;
	char *why = why_of(a, b);

	t->pairs = mem_grow(t->pairs, t->count + 1, sizeof *t->pairs);
	t->pairs[t->count++] = (struct pair){ turned ? a->number : b->number,
		json_pack("{s:s, s:i, s:s, s:s, s:s, s:s, s:f}", "kind", "alike", "v", 1,
		    "deal_id", text_at(turned ? a : b, ID), "other",
		    text_at(turned ? b : a, ID), "account", text_at(a, ACCOUNT), "why", why,
		    "score", (double)(int)(score * 100 + 0.5) / 100) };
	free(why);
}

static void
judge(struct telling *t, const void *const *entries, size_t count)
{
	for (size_t i = 1; i < count; i++) {
		const struct entry *entry = entries[i], *best = NULL;
		double most = 0;
		for (size_t j = i; j-- > 0 && i - j <= ALIKE_NEAR && most < 1;) {
			const struct entry *other = entries[j];
			if (!fingerprint_equal(entry->account, other->account)
			    || entry->created - other->created > t->how.within)
				break;
			double score = score_of(other, entry, t->how.within);
			if (score > most) {
				most = score;
				best = other;
			}
		}
		if (best != NULL)
			note(t, best, entry, most);
	}
}

static void
judge_pile(struct telling *t, size_t pile)
{
	size_t count;
	const void **entries = piles_things(t->piles, pile, kind, &count);

	if (count > 0)
		qsort(entries, count, sizeof *entries, by_account);
	judge(t, entries, count);
	free(entries);
}

static int
by_number(const void *a, const void *b)
{
	const struct pair *x = a, *y = b;

	return (x->number > y->number) - (x->number < y->number);
}

static struct fields
want(struct rec_in *in, const char *account)
{
	return (struct fields){ .id = rec_want(in, "deal_id"),
		.account = rec_want(in, account),
		.name = rec_want(in, "name"),
		.product = rec_want(in, "product_type"),
		.currency = rec_want(in, "currency"),
		.amount = rec_want(in, "amount"),
		.created = rec_want(in, "created_date"),
		.closed = rec_want(in, "closed_date"),
		.expected = rec_want(in, "expected_close_date") };
}

void
alike_tell(struct rec_in *in, struct rec_out *out, struct alike_how how, struct summary *sum)
{
	struct telling t = {
		.how = how, .at = want(in, how.account), .seed = fingerprint_seed()
	};
	const struct rec *rec;

	t.piles = piles_new();
	while ((rec = rec_next(in)) != NULL) {
		int32_t created = day_at(rec, t.at.created);
		bool told = created != NO_DAY && !rec_is_missing(rec, t.at.account);
		if (rec_is_missing(rec, t.at.id))
			die(EX_DATAERR, "stdin:%zu: no deal_id", rec->number);
		sum->in++;
		sum->out += told;
		sum->dropped += !told;
		if (told)
			set_aside(&t, rec, created);
	}
	for (size_t i = 0; i < PILES; i++)
		judge_pile(&t, i);
	piles_free(t.piles);
	if (t.count > 0)
		qsort(t.pairs, t.count, sizeof *t.pairs, by_number);
	for (size_t i = 0; i < t.count; i++) {
		rec_dump(out, t.pairs[i].told);
		json_decref(t.pairs[i].told);
	}
	sum->sums = true;
	sum->written = t.count;
	free(t.pairs);
}
