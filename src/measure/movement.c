#include <stdlib.h>

#include "diag.h"
#include "figures.h"
#include "mem.h"
#include "money.h"

/* clang-format off */
enum part { BEGIN, NEW, REOPENED, PULLED_IN, UP, DOWN, PUSHED_OUT, WON_PART, LOST_PART, END,
	PARTS };
/* clang-format on */
static const char *const names[PARTS] = { "begin", "new", "reopened", "pulled_in", "up", "down",
	"pushed_out", "won", "lost", "end" };

struct movement {
	const struct period *period;
	bool expected; /* only what is expected to close in the period */
	int64_t amount[PARTS];
	uint32_t count[PARTS];
};

static void
add(struct movement *movement, enum part part, int64_t amount)
{
	if (!money_add(&movement->amount[part], amount))
		die(EX_DATAERR, "stdin: amounts too large to be added");
	movement->count[part]++;
}

static bool
is_in(const struct movement *movement, const struct state *state)
{
	const struct period *period = movement->period;

	if (!state->exists || state->outcome != OPEN)
		return false;
	return !movement->expected
	    || (state->expected >= period->from && state->expected <= period->end);
}

static void
add_change(struct movement *movement, int64_t change)
{
	if (change > 0)
		add(movement, UP, change);
	else if (change < 0)
		add(movement, DOWN, change);
}

static void
add_decided(struct movement *movement, const struct state *end)
{
	add(movement, end->outcome == WON ? WON_PART : LOST_PART, -end->amount);
}

/* What was in at the beginning stays, is decided or goes out. */
static void
leave(struct movement *movement, const struct state *begin, const struct state *end)
{
	add(movement, BEGIN, begin->amount);
	if (is_in(movement, end) || end->outcome != OPEN)
		add_change(movement, end->amount - begin->amount);
	if (end->outcome != OPEN)
		add_decided(movement, end);
	else if (!is_in(movement, end))
		add(movement, PUSHED_OUT, -begin->amount);
}

/* What was not, comes in with the amount it has at the end, and may be decided by then. */
static void
enter(struct movement *movement, const struct state *begin, const struct state *end)
{
	bool decided = end->exists && end->outcome != OPEN
	    && (!begin->exists || begin->outcome != end->outcome);

	if (!decided && !is_in(movement, end))
		return;
	add(movement,
	    !begin->exists               ? NEW
		: begin->outcome != OPEN ? REOPENED
					 : PULLED_IN,
	    end->amount);
	if (decided)
		add_decided(movement, end);
}

static void
move(struct movement *movement, const struct state *begin, const struct state *end)
{
	if (is_in(movement, begin))
		leave(movement, begin, end);
	else
		enter(movement, begin, end);
	if (is_in(movement, end))
		add(movement, END, end->amount);
}

static void
put(struct out *out, const struct movement *movement)
{
	out_begin(out, "pipeline_movement", movement->period);
	out_text(out, "scope", movement->expected ? "expected" : "all");
	out_money(out, "value", movement->amount[END]);
	out_count(out, "n", movement->count[END]);
	for (int i = 0; i < PARTS; i++)
		out_money(out, names[i], movement->amount[i]);
	json_t *deals = json_object();
	for (int i = 0; i < PARTS; i++)
		json_object_set_new(deals, names[i], json_integer(movement->count[i]));
	char *text = json_dumps(deals, JSON_COMPACT);
	rec_put_json(out->to, span("deals"), span(text));
	free(text);
	json_decref(deals);
	out_end(out);
}

void
figure_movement(const struct data *data, const struct group *group, struct out *out)
{
	for (size_t i = 0; i < data->periods.count; i++) {
		const struct period *period = &data->periods.at[i];
		struct movement all = { .period = period },
				expected = { .period = period, .expected = true };
		for (size_t j = 0; j < group->count; j++) {
			const struct deal *deal = group_deal(group, j);
			if (deal_is_idle(deal, period))
				continue;
			struct state begin = deals_state(group->deals, deal, period->from - 1);
			struct state end = deals_state(group->deals, deal, period->to);
			move(&all, &begin, &end);
			if (data->expected)
				move(&expected, &begin, &end);
		}
		put(out, &all);
		if (data->expected && i < data->periods.buckets)
			put(out, &expected);
	}
}
