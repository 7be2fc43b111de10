#include <stdlib.h>

#include "diag.h"
#include "evidence.h"
#include "mem.h"
#include "money.h"

/* Of what was created in a period and recorded by its end, none was recorded before it. */
static bool
counts_in(const struct segments *segments, uint32_t segment, struct period in, size_t deal)
{
	return (!in.created || segments->deals->at[deal].created >= in.from)
	    && segments_has(segments, segment, deal);
}

struct counts
evidence_counts(const struct segments *segments, uint32_t segment, struct period in)
{
	const struct deals *deals = segments->deals;
	size_t end = deals_from(deals, in.to + 1);
	struct counts counts = { 0, 0 };

	for (size_t i = deals_from(deals, in.from); i < end; i++) {
		if (!counts_in(segments, segment, in, i))
			continue;
		counts.won += deals->at[i].won;
		counts.n++;
	}
	return counts;
}

static bool
is_open(const struct segments *segments, uint32_t segment, size_t deal, int32_t day)
{
	return segments->deals->at[deal].created <= day
	    && segments_has(segments, segment, deal);
}

static void
add(struct stake *stake, int64_t amount)
{
	if (!money_add(&stake->amount, amount))
		die(EX_DATAERR, "deals: the open amounts are too large to add");
	stake->deals++;
}

struct stake
evidence_open(const struct segments *segments, uint32_t segment, int32_t day)
{
	const struct deals *deals = segments->deals;
	struct stake open = { .rep = CODE_NONE };

	for (size_t i = deals_from(deals, day + 1);
	     (i = deals_maybe_open(deals, i, day)) < deals->count; i++)
		if (is_open(segments, segment, i, day))
			add(&open, deals->at[i].amount);
	return open;
}

static int
by_amount(const void *a, const void *b)
{
	const struct stake *x = a, *y = b;

	if (x->amount != y->amount)
		return x->amount > y->amount ? -1 : 1;
	return (x->rep > y->rep) - (x->rep < y->rep);
}

size_t
evidence_reps(const struct segments *segments, uint32_t segment, int32_t day, size_t most,
    struct stake *reps)
{
	const struct deals *deals = segments->deals;
	size_t count = 0;

	if (deals->rep == deals->dimensions)
		return 0;
	size_t all = names_count(deals->dimension[deals->rep].values);
	struct stake *stakes = mem_new(all + 1, sizeof *stakes);
	for (size_t rep = 0; rep < all; rep++)
		stakes[rep].rep = (uint32_t)rep;
	for (size_t i = deals_from(deals, day + 1);
	     (i = deals_maybe_open(deals, i, day)) < deals->count; i++) {
		uint32_t rep = deals_code(deals, i, deals->rep);
		if (rep != CODE_NONE && is_open(segments, segment, i, day))
			add(&stakes[rep], deals->at[i].amount);
	}
	qsort(stakes, all, sizeof *stakes, by_amount);
	for (; count < most && count < all && stakes[count].deals > 0; count++)
		reps[count] = stakes[count];
	free(stakes);
	return count;
}

size_t
evidence_deals(const struct segments *segments, uint32_t segment, struct period in, bool won,
    size_t most, size_t *largest)
{
	const struct deals *deals = segments->deals;
	size_t end = deals_from(deals, in.to + 1), count = 0;

	for (size_t i = deals_from(deals, in.from); i < end; i++) {
		if (deals->at[i].won != won || !counts_in(segments, segment, in, i))
			continue;
		size_t place = count < most ? count++ : most;
		for (; place > 0 && deals->at[largest[place - 1]].amount < deals->at[i].amount;
		     place--)
			if (place < most)
				largest[place] = largest[place - 1];
		if (place < most)
			largest[place] = i;
	}
	return count;
}
