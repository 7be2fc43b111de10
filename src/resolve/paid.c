#include <stdlib.h>

#include "diag.h"
#include "fingerprint.h"
#include "mem.h"
#include "paid.h"
#include "rates.h"
#include "rec.h"

struct one {
	struct fingerprint deal;
	int64_t rate;
};

struct paid {
	uint64_t seed;
	struct one *list; /* in order of the fingerprints */
	size_t count, room;
};

static int
by_deal(const void *a, const void *b)
{
	const struct one *x = a, *y = b;

	return fingerprint_less(y->deal, x->deal) - fingerprint_less(x->deal, y->deal);
}

struct paid *
paid_read(const char *path)
{
	struct paid *paid = mem_new(1, sizeof *paid);
	struct rec_in *in = rec_open(path);
	size_t id = rec_want(in, "deal_id"), rate = rec_want(in, "rate"),
	       original = rec_want(in, "currency_original");
	const struct rec *deal;
	struct one one;

	paid->seed = fingerprint_seed();
	while ((deal = rec_next(in)) != NULL) {
		if (rec_is_missing(deal, original) || rec_is_missing(deal, rate))
			continue;
		if (!rate_read(rec_text(deal, rate), &one.rate))
			die(EX_DATAERR, "%s:%zu: rate: no plain decimal", path, deal->number);
		one.deal = fingerprint_of(rec_text(deal, id), paid->seed);
		if (paid->count == paid->room) {
			paid->room = 2 * paid->room + 256;
			paid->list = mem_grow(paid->list, paid->room, sizeof one);
		}
		paid->list[paid->count++] = one;
	}
	rec_close(in);
	if (paid->count > 1)
		qsort(paid->list, paid->count, sizeof one, by_deal);
	return paid;
}

int64_t
paid_rate(const struct paid *paid, struct span deal_id)
{
	struct one wanted = { .deal = fingerprint_of(deal_id, paid->seed) };
	const struct one *found = paid->count > 0
	    ? bsearch(&wanted, paid->list, paid->count, sizeof wanted, by_deal)
	    : NULL;

	return found != NULL ? found->rate : 0;
}

void
paid_free(struct paid *paid)
{
	if (paid == NULL)
		return;
	free(paid->list);
	free(paid);
}
