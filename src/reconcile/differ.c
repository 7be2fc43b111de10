#include <stdlib.h>

#include "differ.h"
#include "mem.h"
#include "money.h"

static void
add(struct differ *differ, const char *id, struct difference difference)
{
	if (differ->count == differ->room)
		differ->found = mem_grow(
		    differ->found, differ->room = 2 * differ->room + 64, sizeof *differ->found);
	difference.id = mem_copy(id, strlen(id));
	differ->found[differ->count++] = difference;
}

/* 1000 and 1000.00 are one amount; all else is what it says. */
static bool
same(size_t field, const char *here, const char *there)
{
	int64_t a, b;

	if (field == AMOUNT && money_read(span(here), &a) && money_read(span(there), &b))
		return a == b;
	return strcmp(here, there) == 0;
}

static void
compare_fields(struct differ *differ, const struct deal *here, const struct deal *there)
{
	const struct sides *sides = differ->sides;

	for (size_t i = 0; i < FIELDS; i++) {
		const char *a = here->texts[i], *b = there->texts[i];
		if (sides->has[HERE][i] && sides->has[THERE][i] && !same(i, a, b))
			add(differ, here->texts[ID],
			    (struct difference){ .field = field_names[i],
				.here = mem_copy(a, strlen(a)),
				.there = mem_copy(b, strlen(b)),
				.order = i });
	}
}

/* A report may leave out the currency; then it is that of the same deal here. */
static void
count_in(struct differ *differ, const struct deal *here, const struct deal *there)
{
	const struct deal *deals[SIDES] = { here, there };

	for (int side = HERE; side < SIDES; side++) {
		const struct deal *deal = deals[side], *other = deals[SIDES - 1 - side];
		if (deal == NULL)
			continue;
		const char *currency = deal->texts[CURRENCY];
		if (*currency == '\0' && other != NULL)
			currency = other->texts[CURRENCY];
		totals_add(&differ->totals, (enum side)side, deal, currency);
	}
}

void
differ_note(void *of, const struct deal *here, const struct deal *there)
{
	struct differ *differ = of;
	const char *id = here != NULL ? here->texts[ID] : there->texts[ID];

	if (here == NULL)
		add(differ, id, (struct difference){ .what = "missing here" });
	else if (there == NULL)
		add(differ, id, (struct difference){ .what = "missing there" });
	else
		compare_fields(differ, here, there);
	if (here != NULL && here->times > 1)
		add(differ, id,
		    (struct difference){ .what = "several times here", .order = FIELDS });
	if (there != NULL && there->times > 1)
		add(differ, id,
		    (struct difference){ .what = "several times there", .order = FIELDS + 1 });
	count_in(differ, here, there);
}
