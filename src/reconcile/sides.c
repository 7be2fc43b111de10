#include <stdlib.h>

#include "diag.h"
#include "fingerprint.h"
#include "piles.h"
#include "sides.h"

const char *const field_names[TEXTS] = { [AMOUNT] = "amount",
	[CURRENCY] = "currency",
	[OUTCOME] = "outcome",
	[STAGE] = "stage",
	[CREATED] = "created_date",
	[CLOSED] = "closed_date",
	[EXPECTED] = "expected_close_date",
	[ID] = "deal_id" };

struct entry {
	struct fingerprint id;
	uint64_t number;
	enum side side;
};
static const struct piles_kind kind = { sizeof(struct entry), TEXTS };

void
sides_begin(struct sides *sides)
{
	*sides = (struct sides){ .piles = piles_new(), .seed = fingerprint_seed() };
}

void
sides_read(struct sides *sides, enum side side, struct rec_in *in, const char *name)
{
	size_t slots[TEXTS];
	const struct rec *rec;

	for (size_t i = 0; i < TEXTS; i++)
		slots[i] = rec_want(in, field_names[i]);
	while ((rec = rec_next(in)) != NULL) {
		struct entry head = { .number = rec->number, .side = side };
		struct span texts[TEXTS];
		if (rec_is_missing(rec, slots[ID]))
			die(EX_DATAERR, "%s:%zu: no deal_id", name, rec->number);
		for (size_t i = 0; i < TEXTS; i++) {
			bool missing = rec_is_missing(rec, slots[i]);
			texts[i] = missing ? span("") : rec_text(rec, slots[i]);
			if (i < FIELDS && !missing)
				sides->has[side][i] = true;
		}
		head.id = fingerprint_of(texts[ID], sides->seed);
		piles_put_texts(sides->piles, head.id.low, kind, &head, texts);
		sides->count[side]++;
	}
}

static int
by_id(const void *a, const void *b)
{
	const struct entry *x = *(const void *const *)a, *y = *(const void *const *)b;

	if (!fingerprint_equal(x->id, y->id))
		return fingerprint_less(x->id, y->id) ? -1 : 1;
	if (x->side != y->side)
		return x->side < y->side ? -1 : 1;
	return (x->number > y->number) - (x->number < y->number);
}

static void
take(struct deal *deal, const struct entry *entry)
{
	for (size_t i = 0; i < TEXTS; i++)
		deal->texts[i] = piles_text(entry, kind, i);
	deal->times++;
}

void
sides_compare(struct sides *sides,
    void (*each)(void *of, const struct deal *here, const struct deal *there), void *of)
{
	for (size_t pile = 0; pile < PILES; pile++) {
		size_t count;
		const void **entries = piles_things(sides->piles, pile, kind, &count);
		if (count > 0)
			qsort(entries, count, sizeof *entries, by_id);
		for (size_t i = 0; i < count;) {
			const struct entry *first = entries[i], *entry;
			struct deal deals[SIDES] = { { .times = 0 }, { .times = 0 } };
			for (; i < count; i++) {
				entry = entries[i];
				if (!fingerprint_equal(entry->id, first->id))
					break;
				take(&deals[entry->side], entry);
			}
			each(of, deals[HERE].times > 0 ? &deals[HERE] : NULL,
			    deals[THERE].times > 0 ? &deals[THERE] : NULL);
		}
		free(entries);
	}
	piles_free(sides->piles);
}
