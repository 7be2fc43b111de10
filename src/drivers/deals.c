#include <stdlib.h>

#include "deals.h"
#include "diag.h"
#include "mem.h"
#include "when.h"

static const char *const clock_fields[CLOCKS] = { "recorded_at", "closed_date",
	"created_date" };
static const char *const clock_names[CLOCKS] = { "recorded", "closed", "created" };

bool
clock_named(const char *name, enum clock *clock)
{
	for (*clock = 0; *clock < CLOCKS; ++*clock)
		if (strcmp(clock_names[*clock], name) == 0)
			return true;
	return false;
}

const char *
clock_name(enum clock clock)
{
	return clock_names[clock];
}

struct slots {
	size_t outcome, day[CLOCKS], *field;
};

static struct slots
want(struct rec_in *in, const struct deals *deals)
{
	struct slots slots = { .outcome = rec_want(in, "outcome") };

	for (int clock = 0; clock < CLOCKS; clock++)
		slots.day[clock] = rec_want(in, clock_fields[clock]);
	slots.field = mem_new(deals->fields + 1, sizeof *slots.field);
	for (size_t i = 0; i < deals->fields; i++)
		slots.field[i] = rec_want(in, deals->field[i].name);
	return slots;
}

static struct span
text_of(const struct rec *rec, size_t slot)
{
	return rec->fields[slot].type == REC_NULL ? span("") : rec_text(rec, slot);
}

static _Noreturn void
refuse(const struct rec *rec, const char *field, struct span text, const char *why)
{
	die(EX_DATAERR, "stdin:%zu: %s: %.*s: %s", rec->number, field,
	    text.len > 80 ? 80 : (int)text.len, text.at, why);
}

static int32_t
day_of(const struct rec *rec, size_t slot, const char *field)
{
	struct span text = text_of(rec, slot);
	int32_t day = NO_DAY;

	if (text.len == 0)
		return NO_DAY;
	if (text.len < WHEN_DAY_LEN || !when_day((struct span){ text.at, WHEN_DAY_LEN }, &day))
		refuse(rec, field, text, "no such day");
	return day;
}

/* False if it is still open. */
static bool
read_deal(const struct rec *rec, const struct slots *slots, struct deal *deal)
{
	struct span outcome = text_of(rec, slots->outcome);

	deal->won = span_is(outcome, "won");
	if (!deal->won && !span_is(outcome, "lost") && !span_is(outcome, "open"))
		refuse(rec, "outcome", outcome, "must be won, lost or open");
	for (int clock = 0; clock < CLOCKS; clock++)
		deal->day[clock] = day_of(rec, slots->day[clock], clock_fields[clock]);
	if (deal->day[CLOCK_RECORDED] == NO_DAY)
		deal->day[CLOCK_RECORDED] = deal->day[CLOCK_CLOSED];
	return !span_is(outcome, "open");
}

static void
keep(struct deals *deals, const struct rec *rec, const struct slots *slots,
    const struct deal *deal)
{
	if (deals->count == deals->room) {
		deals->room = deals->room * 2 + 1024;
		deals->at = mem_grow(deals->at, deals->room, sizeof *deals->at);
		deals->codes = mem_grow(
		    deals->codes, deals->room * deals->fields + 1, sizeof *deals->codes);
	}
	for (size_t i = 0; i < deals->fields; i++) {
		struct span value = text_of(rec, slots->field[i]);
		deals->codes[deals->count * deals->fields + i] =
		    value.len == 0 ? NAMES_NONE : names_add(deals->field[i].values, value);
	}
	deals->at[deals->count++] = *deal;
}

/* Codes in the order of arrival become codes in the order of bytes. */
static void
sort_codes(struct deals *deals, size_t field)
{
	struct names *values = deals->field[field].values;

	names_sort_codes(values, deals->codes, deals->count, deals->fields, field);
	for (size_t i = 0; i < deals->count; i++) {
		uint32_t *code = &deals->codes[i * deals->fields + field];
		if (*code == NAMES_NONE)
			*code = names_count(values);
	}
}

void
deals_read(struct deals *deals, struct rec_in *in, const char *const *fields, size_t count,
    struct summary *sum)
{
	const struct rec *rec;
	struct deal deal;

	*deals = (struct deals){ .fields = count };
	deals->field = mem_new(count + 1, sizeof *deals->field);
	for (size_t i = 0; i < count; i++)
		deals->field[i] = (struct field){ fields[i], names_new() };
	struct slots slots = want(in, deals);
	for (; (rec = rec_next(in)) != NULL; sum->in++) {
		bool decided = read_deal(rec, &slots, &deal);
		if (decided)
			keep(deals, rec, &slots, &deal);
		*(decided ? &sum->out : &sum->dropped) += 1;
	}
	free(slots.field);
	for (size_t i = 0; i < count; i++)
		sort_codes(deals, i);
}

size_t
deals_field(const struct deals *deals, const char *name)
{
	size_t i = 0;

	while (i < deals->fields && strcmp(deals->field[i].name, name) != 0)
		i++;
	return i;
}

void
deals_release(struct deals *deals)
{
	for (size_t i = 0; i < deals->fields; i++)
		names_free(deals->field[i].values);
	free(deals->field);
	free(deals->at);
	free(deals->codes);
}
