#include <stdlib.h>

#include "diag.h"
#include "mem.h"
#include "names.h"
#include "rec.h"
#include "receipts.h"
#include "when.h"

struct receipts {
	struct names *ids;
	struct attempt {
		int64_t number, done;
	} * last; /* by number of the id */
	size_t room;
};

static int64_t
number_of(struct span text)
{
	char *copy = mem_copy(text.at != NULL ? text.at : "", text.len);
	int64_t number = strtoll(copy, NULL, 10);

	free(copy);
	return number;
}

static struct attempt *
attempt_of(struct receipts *receipts, struct span delivery_id)
{
	uint32_t id = names_add(receipts->ids, delivery_id);

	while (id >= receipts->room) {
		size_t before = receipts->room;
		receipts->room = 2 * before + 64;
		receipts->last =
		    mem_grow(receipts->last, receipts->room, sizeof *receipts->last);
		for (size_t i = before; i < receipts->room; i++)
			receipts->last[i] = (struct attempt){ -1, INT64_MAX };
	}
	return &receipts->last[id];
}

struct receipts *
receipts_read(const char *path)
{
	struct receipts *receipts = mem_new(1, sizeof *receipts);
	struct rec_in *in = rec_open(path);
	size_t id = rec_want(in, "delivery_id"), attempt = rec_want(in, "attempt"),
	       at = rec_want(in, "at"), result = rec_want(in, "result");
	const struct rec *line;
	int64_t when;

	receipts->ids = names_new();
	while ((line = rec_next(in)) != NULL) {
		if (!when_instant(rec_text(line, at), &when))
			die(EX_DATAERR, "%s:%zu: at is no instant", path, line->number);
		struct attempt *last = attempt_of(receipts, rec_text(line, id));
		int64_t number = number_of(rec_text(line, attempt));
		if (number < last->number)
			continue;
		*last = (struct attempt){ number,
			span_is(rec_text(line, result), "later") ? INT64_MAX : when };
	}
	rec_close(in);
	return receipts;
}

int64_t
receipts_done(const struct receipts *receipts, struct span delivery_id)
{
	uint32_t id;

	return names_find(receipts->ids, delivery_id, &id) ? receipts->last[id].done
							   : INT64_MAX;
}

void
receipts_free(struct receipts *receipts)
{
	names_free(receipts->ids);
	free(receipts->last);
	free(receipts);
}
