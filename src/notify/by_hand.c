#include <unistd.h>

#include "by_hand.h"
#include "diag.h"
#include "outbox_hand.h"
#include "rec_out.h"

static void
show(void *context, json_t *row)
{
	rec_dump(context, row);
}

static int
say(enum outbox_answer answer, const char *delivery_id)
{
	switch (answer) {
	case OUTBOX_IS_DONE: return EX_OK;
	case OUTBOX_NONE: warn("%s: no such delivery", delivery_id); return EX_NOINPUT;
	case OUTBOX_WAS_SENT: warn("%s: it was sent", delivery_id); return EX_DATAERR;
	case OUTBOX_IS_SUPERSEDED:
		warn("%s: a later message of its thread tells more", delivery_id);
		return EX_DATAERR;
	default:
		warn("%s: it is on its way just now; see what becomes of it", delivery_id);
		return EX_TEMPFAIL;
	}
}

static int
drop(struct store *store, const struct options *opts, struct rec_out *out)
{
	json_t *receipt = NULL;
	int status = say(outbox_drop(store, opts->drop, opts->why, &receipt), opts->drop);

	if (receipt != NULL)
		rec_dump(out, receipt);
	json_decref(receipt);
	return status;
}

int
by_hand_do(const struct options *opts)
{
	struct store *store = store_open(opts->db, opts->list ? STORE_READ : STORE_CHANGE);
	struct rec_out *out = rec_to(STDOUT_FILENO, "stdout");
	int status = EX_OK;

	if (opts->list)
		outbox_list(store, show, out);
	else if (opts->retry != NULL)
		status = say(outbox_retry(store, opts->retry), opts->retry);
	else
		status = drop(store, opts, out);
	rec_finish(out);
	store_close(store);
	return status;
}
