#include <stdlib.h>

#include "diag.h"
#include "fields.h"
#include "mem.h"
#include "stages.h"
#include "table.h"
#include "when.h"

enum { DEAL_ID, STAGE_NAME, ENTERED, COLUMNS };
#define DAY_TIME INT64_C(86400000000)

struct reader {
	struct stages *stages;
	struct deals *deals;
	size_t room;
	int32_t as_of;
};

static void
add(struct reader *reader, const struct deal *deal, int64_t stage, int64_t time, int32_t day)
{
	struct stages *stages = reader->stages;

	if (stage == NOTHING || day > reader->as_of)
		return;
	if (stages->visit_count == reader->room) {
		reader->room = reader->room * 2 + 1024;
		stages->visits = mem_grow(stages->visits, reader->room, sizeof *stages->visits);
	}
	stages->visits[stages->visit_count++] =
	    (struct visit){ (uint32_t)(deal - reader->deals->at), (uint32_t)stage, time, day };
}

static void
take(void *context, const struct row *row)
{
	struct reader *reader = context;
	const struct deal *deal = deals_find(reader->deals, row->fields[DEAL_ID]);
	struct span entered = row->fields[ENTERED];
	int64_t time;
	int32_t day;

	if (!when_stamp(entered, &time) || !fields_day(entered, &day))
		table_die(row, "entered_date: %.*s: neither a date nor an RFC 3339 instant",
		    (int)entered.len, entered.at);
	if (deal != NULL)
		add(reader, deal, names_add(reader->deals->stages, row->fields[STAGE_NAME]),
		    time, day);
}

static void
read_file(struct reader *reader, const char *path)
{
	static const char *const columns[COLUMNS] = { "deal_id", "stage", "entered_date" };
	static const struct table table = { columns, COLUMNS, COLUMNS, false };

	table_read(path, &table, take, reader);
}

/* The stage a deal was created in is known if the history was there before the deal. */
static void
begin(struct reader *reader, const struct deal *deal, int32_t begun)
{
	const struct change *changes = &reader->deals->changes.at[deal->first_change];

	if (deal->created == NO_DAY || deal->created < begun)
		return;
	add(reader, deal,
	    changes_value(changes, deal->changes, STAGE, deal->now[STAGE], INT32_MIN),
	    deal->created * DAY_TIME, deal->created);
}

static void
read_changes(struct reader *reader)
{
	const struct changes *changes = &reader->deals->changes;
	int32_t begun = INT32_MAX;

	for (size_t i = 0; i < changes->count; i++)
		begun = changes->at[i].day < begun ? changes->at[i].day : begun;
	for (size_t i = 0; i < reader->deals->count && changes->count > 0; i++)
		begin(reader, &reader->deals->at[i], begun);
	for (size_t i = 0; i < changes->count; i++) {
		const struct change *change = &changes->at[i];
		if (change->field == STAGE)
			add(reader, &reader->deals->at[change->deal], change->new, change->time,
			    change->day);
	}
}

static int
by_time(const void *a, const void *b)
{
	const struct visit *x = a, *y = b;

	if (x->deal != y->deal)
		return x->deal < y->deal ? -1 : 1;
	if (x->time != y->time)
		return x->time < y->time ? -1 : 1;
	return (x->stage > y->stage) - (x->stage < y->stage);
}

/* Stages as they stand in names, and how often which was before which. */
struct census {
	size_t count;
	uint32_t entered[STAGES_MAX], ends[STAGES_MAX];
	uint32_t before[STAGES_MAX][STAGES_MAX];
};

static bool
is_first_visit(const struct stages *stages, size_t i)
{
	for (size_t j = i; j-- > 0 && stages->visits[j].deal == stages->visits[i].deal;)
		if (stages->visits[j].stage == stages->visits[i].stage)
			return false;
	return true;
}

static void
take_census(const struct reader *reader, struct census *census)
{
	const struct stages *stages = reader->stages;

	for (size_t i = 0; i < stages->visit_count; i++) {
		const struct visit *visit = &stages->visits[i];
		if (!is_first_visit(stages, i))
			continue;
		census->entered[visit->stage]++;
		census->ends[visit->stage] +=
		    visit->day >= reader->deals->at[visit->deal].closed;
		for (size_t j = i; j-- > 0 && stages->visits[j].deal == visit->deal;)
			if (stages->visits[j].time < visit->time && is_first_visit(stages, j))
				census->before[stages->visits[j].stage][visit->stage]++;
	}
}

struct place {
	const char *name;
	size_t later; /* how many stages come after it; or, given an order, by that */
	uint32_t stage;
};

static int
by_place(const void *a, const void *b)
{
	const struct place *x = a, *y = b;

	if (x->later != y->later)
		return x->later > y->later ? -1 : 1;
	return strcmp(x->name, y->name);
}

static bool
is_end(const struct census *census, uint32_t stage)
{
	return census->entered[stage] == 0 || census->ends[stage] * 2 > census->entered[stage];
}

static size_t
later_than(const struct census *census, uint32_t stage, const char *name, const json_t *order)
{
	size_t later = 0, place;
	const json_t *value;

	json_array_foreach (order, place, value)
		if (json_is_string(value) && strcmp(json_string_value(value), name) == 0)
			return STAGES_MAX * 2 - place;
	for (uint32_t other = 0; other < census->count; other++)
		later += !is_end(census, other)
		    && census->before[stage][other] > census->before[other][stage];
	return later;
}

/* By number in names: the place in the order, or NO_CODE for an end. */
static void
put_in_order(const struct reader *reader, const struct census *census, const json_t *order,
    uint32_t place[])
{
	struct place places[STAGES_MAX];
	struct stages *stages = reader->stages;

	for (uint32_t stage = 0; stage < census->count; stage++) {
		const char *name = names_text(reader->deals->stages, stage);
		place[stage] = NO_CODE;
		if (!is_end(census, stage))
			places[stages->count++] = (struct place){ name,
				later_than(census, stage, name, order), stage };
	}
	if (stages->count > 1)
		qsort(places, stages->count, sizeof *places, by_place);
	for (uint32_t i = 0; i < stages->count; i++) {
		stages->name[i] = places[i].name;
		place[places[i].stage] = i;
	}
}

/* Without ends, without the same stage twice in turn; and where each deal's begin. */
static void
settle(struct reader *reader, const uint32_t place[])
{
	struct stages *stages = reader->stages;
	size_t kept = 0;

	for (size_t i = 0; i < stages->visit_count; i++)
		if (place[stages->visits[i].stage] != NO_CODE) {
			stages->visits[kept] = stages->visits[i];
			stages->visits[kept++].stage = place[stages->visits[i].stage];
		}
	if (kept > 1)
		qsort(stages->visits, kept, sizeof *stages->visits, by_time);
	stages->visit_count = 0;
	for (size_t i = 0; i < kept; i++) {
		const struct visit *visit = &stages->visits[i], *last = visit;
		if (stages->visit_count > 0)
			last = &stages->visits[stages->visit_count - 1];
		if (last != visit && last->deal == visit->deal && last->stage == visit->stage)
			continue;
		stages->visits[stages->visit_count++] = *visit;
		stages->first[visit->deal + 1] = stages->visit_count;
	}
	for (size_t i = 1; i <= reader->deals->count; i++)
		if (stages->first[i] < stages->first[i - 1])
			stages->first[i] = stages->first[i - 1];
}

void
stages_read(struct stages *stages, struct deals *deals, const char *path, const json_t *order,
    int32_t as_of)
{
	struct reader reader = { .stages = stages, .deals = deals, .as_of = as_of };
	struct census *census = mem_new(1, sizeof *census);
	uint32_t place[STAGES_MAX];

	*stages = (struct stages){ .first = mem_new(deals->count + 1, sizeof *stages->first) };
	if (path != NULL)
		read_file(&reader, path);
	else
		read_changes(&reader);
	census->count = names_count(deals->stages);
	if (stages->visit_count > 0) {
		if (census->count > STAGES_MAX)
			die(EX_DATAERR, "%zu stages, more than %d", census->count, STAGES_MAX);
		qsort(stages->visits, stages->visit_count, sizeof *stages->visits, by_time);
		take_census(&reader, census);
		put_in_order(&reader, census, order, place);
		settle(&reader, place);
	}
	free(census);
}

void
stages_release(struct stages *stages)
{
	free(stages->visits);
	free(stages->first);
}
