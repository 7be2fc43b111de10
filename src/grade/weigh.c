#include <stdlib.h>

#include "diag.h"
#include "mem.h"
#include "money.h"
#include "rec.h"
#include "truth.h"
#include "when.h"

struct condition {
	size_t slot;
	struct span value;
};

struct stake {
	struct event *event;
	struct condition *conditions;
	size_t count;
	int64_t amount;
};

static struct stake
stake_of(struct event *event, struct rec_in *in)
{
	struct stake stake = { .event = event };
	const char *name;
	json_t *value;

	stake.conditions =
	    mem_new(json_object_size(event->segment) + 1, sizeof *stake.conditions);
	json_object_foreach ((json_t *)event->segment, name, value)
		stake.conditions[stake.count++] = (struct condition){ rec_want(in, name),
			span(json_is_string(value) ? json_string_value(value) : "") };
	return stake;
}

static bool
is_within(const struct stake *stake, const struct rec *deal)
{
	for (size_t i = 0; i < stake->count; i++)
		if (!span_equal(
			rec_text(deal, stake->conditions[i].slot), stake->conditions[i].value))
			return false;
	return true;
}

struct columns {
	size_t created, closed, amount;
};

static int32_t
day_of(const struct rec *deal, size_t slot, const char *path, int32_t otherwise)
{
	struct span text = rec_text(deal, slot);
	int32_t day;

	if (text.len == 0)
		return otherwise;
	if (text.len > WHEN_DAY_LEN)
		text.len = WHEN_DAY_LEN;
	if (!when_day(text, &day))
		die(EX_DATAERR, "%s:%zu: %.*s is no day", path, deal->number, (int)text.len,
		    text.at);
	return day;
}

/* A deal is at stake in an event if it was open on one of its days. */
static void
add_deal(struct stake *stakes, size_t count, const struct columns *columns,
    const struct rec *deal, const char *path)
{
	int32_t created = day_of(deal, columns->created, path, INT32_MIN);
	int32_t closed = day_of(deal, columns->closed, path, INT32_MAX);
	struct span text = rec_text(deal, columns->amount);
	int64_t amount = 0;

	if (text.len > 0 && !money_read(text, &amount))
		die(EX_DATAERR, "%s:%zu: amount %.*s is no money", path, deal->number,
		    (int)text.len, text.at);
	for (size_t i = 0; i < count; i++) {
		const struct event *event = stakes[i].event;
		if (created <= event->end && closed >= event->start
		    && is_within(&stakes[i], deal) && !money_add(&stakes[i].amount, amount))
			die(EX_DATAERR, "%s: amounts too large to be added", path);
	}
}

void
truth_weigh(struct truth *truth, const char *path)
{
	struct rec_in *in = rec_open(path);
	struct columns columns = { rec_want(in, "created_date"), rec_want(in, "closed_date"),
		rec_want(in, "amount") };
	struct stake *stakes = mem_new(truth->count + 1, sizeof *stakes);
	const struct rec *deal;

	for (size_t i = 0; i < truth->count; i++)
		stakes[i] = stake_of(&truth->events[i], in);
	while ((deal = rec_next(in)) != NULL)
		add_deal(stakes, truth->count, &columns, deal, path);
	for (size_t i = 0; i < truth->count; i++) {
		if (truth->events[i].amount <= 0)
			truth->events[i].amount = (double)stakes[i].amount / MONEY_ONE;
		free(stakes[i].conditions);
	}
	free(stakes);
	rec_close(in);
}
