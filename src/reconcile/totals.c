#include <stdlib.h>

#include "diag.h"
#include "mem.h"
#include "money.h"
#include "totals.h"

static struct total *
total_of(struct totals *totals, const char *outcome, const char *currency)
{
	for (size_t i = 0; i < totals->count; i++)
		if (strcmp(totals->at[i].outcome, outcome) == 0
		    && strcmp(totals->at[i].currency, currency) == 0)
			return &totals->at[i];
	totals->at = mem_grow(totals->at, totals->count + 1, sizeof *totals->at);
	totals->at[totals->count] =
	    (struct total){ .outcome = mem_copy(outcome, strlen(outcome)),
		    .currency = mem_copy(currency, strlen(currency)) };
	return &totals->at[totals->count++];
}

void
totals_add(struct totals *totals, enum side side, const struct deal *deal, const char *currency)
{
	const char *outcome =
	    *deal->texts[OUTCOME] != '\0' ? deal->texts[OUTCOME] : "no outcome";
	struct total *total = total_of(totals, outcome, currency);
	int64_t amount;

	total->deals[side]++;
	if (money_read(span(deal->texts[AMOUNT]), &amount)
		&& !money_add(&total->amounts[side], amount))
		die(EX_DATAERR, "%s: the sum of amounts does not fit", outcome);
}

static int
by_outcome(const void *a, const void *b)
{
	const struct total *x = a, *y = b;
	int order = -strcmp(x->outcome, y->outcome); /* won, open, lost */

	return order != 0 ? order : strcmp(x->currency, y->currency);
}

void
totals_sort(struct totals *totals)
{
	if (totals->count > 0)
		qsort(totals->at, totals->count, sizeof *totals->at, by_outcome);
}

void
totals_release(struct totals *totals)
{
	for (size_t i = 0; i < totals->count; i++) {
		free(totals->at[i].outcome);
		free(totals->at[i].currency);
	}
	free(totals->at);
}
