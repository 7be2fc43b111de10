/*
 * outbox - a sender that sends nothing: what a suite does to the outbox of a store.
 *
 *	outbox DB list | attempt | sent KEY | later SECONDS REASON | refused REASON | count STATUS
 */
#include <stdio.h>
#include <stdlib.h>

#include "diag.h"
#include "outbox_hand.h"
#include "when.h"

enum { LEASE = 300 };

struct order {
	struct store *store;
	char **words;
};

static const char *
word(const struct order *order, int place)
{
	return order->words[place];
}

static void
settle(const struct order *order, const struct outbox_row *row, struct outbox_fate end)
{
	outbox_begin(order->store);
	json_decref(outbox_settle(order->store, row, &end));
	outbox_end(order->store);
}

static void
carry_out(void *context, struct outbox_row *row)
{
	const struct order *order = context;
	const char *verb = word(order, 0);
	bool ours = strcmp(verb, "list") == 0;

	outbox_begin(order->store);
	json_t *gone = ours ? NULL : outbox_supersede(order->store, row);
	ours = ours || outbox_attempt(order->store, row, when_now() + LEASE);
	outbox_end(order->store);

	printf("%.*s %d%s\n", (int)row->delivery_id.len, row->delivery_id.at, row->attempts,
	    gone != NULL ? " superseded"
		: ours   ? ""
			 : " not ours");
	json_decref(gone);
	if (!ours)
		return;
	if (strcmp(verb, "sent") == 0)
		settle(order, row, (struct outbox_fate){ OUTBOX_SENT, .key = word(order, 1) });
	if (strcmp(verb, "later") == 0)
		settle(order, row,
		    (struct outbox_fate){ OUTBOX_LATER,
			.next_at = when_now() + atoi(word(order, 1)),
			.reason = word(order, 2) });
	if (strcmp(verb, "refused") == 0)
		settle(order, row,
		    (struct outbox_fate){ OUTBOX_REFUSED, .reason = word(order, 1) });
}

int
main(int argc, char *argv[])
{
	diag_name(argv[0]);
	if (argc < 3)
		die(EX_USAGE, "DB and what to do");

	struct order order = { store_open(argv[1], STORE_CHANGE), argv + 2 };
	if (strcmp(argv[2], "count") == 0)
		printf("%zu\n", outbox_count(order.store, argv[3]));
	else
		outbox_due(order.store, when_now(), carry_out, &order);
	store_close(order.store);
	return EX_OK;
}
