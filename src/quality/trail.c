#include "night.h"
#include "trail.h"

static const char *const group_names[GROUPS] = { "open", "decided" };
static const char *const kind_names[KINDS] = { "text", "number", "truth", "list", "object" };

static double
at(const json_t *list, size_t i)
{
	return json_number_value(json_array_get(list, i));
}

struct trail
trail_read(const json_t *record)
{
	struct trail trail = { .missed = json_number_value(json_object_get(record, "missed")),
		.first = day_of(record, "first"),
		.last = day_of(record, "last"),
		.gone = day_of(record, "gone"),
		.odd = day_of(record, "odd") };
	const json_t *kinds = json_object_get(record, "types");

	for (size_t i = 0; i < GROUPS; i++) {
		const json_t *counts = json_object_get(record, group_names[i]);
		trail.deals[i] = at(counts, 0);
		trail.filled[i] = at(counts, 1);
	}
	for (size_t i = 0; i < KINDS; i++)
		trail.kinds[i] = json_number_value(json_object_get(kinds, kind_names[i]));
	return trail;
}

static void
put_day(json_t *state, const char *name, int32_t day)
{
	if (day != NO_DAY)
		json_object_set_new(state, name, day_json(day));
}

json_t *
trail_state(const struct trail *trail)
{
	json_t *state = json_object(), *kinds = json_object();

	for (size_t i = 0; i < GROUPS; i++)
		json_object_set_new(state, group_names[i],
		    json_pack("[f, f]", rounded(trail->deals[i]), rounded(trail->filled[i])));
	for (size_t i = 0; i < KINDS; i++)
		if (rounded(trail->kinds[i]) > 0)
			json_object_set_new(
			    kinds, kind_names[i], json_real(rounded(trail->kinds[i])));
	json_object_set_new(state, "types", kinds);
	if (trail->missed > 0)
		json_object_set_new(state, "missed", json_real(rounded(trail->missed)));
	put_day(state, "first", trail->first);
	put_day(state, "last", trail->last);
	put_day(state, "gone", trail->gone);
	put_day(state, "odd", trail->odd);
	return state;
}

double
trail_expected(const struct trail *trail, const struct profile *profile)
{
	double expected = 0;

	for (size_t i = 0; i < GROUPS; i++)
		if (trail->deals[i] > 0)
			expected += (double)profile_deals(profile, i) * trail->filled[i]
			    / trail->deals[i];
	return expected;
}

enum kind
kind_of(enum rec_type type)
{
	switch (type) {
	case REC_STRING: return KIND_TEXT;
	case REC_INTEGER:
	case REC_REAL: return KIND_NUMBER;
	case REC_FALSE:
	case REC_TRUE: return KIND_TRUTH;
	case REC_ARRAY: return KIND_LIST;
	case REC_OBJECT: return KIND_OBJECT;
	default: return KINDS;
	}
}

const char *
kind_name(enum kind kind)
{
	return kind_names[kind];
}

double
kind_count(const struct column *column, enum kind kind)
{
	uint64_t count = 0;

	for (enum rec_type type = REC_NULL; column != NULL && type <= REC_OBJECT; type++)
		if (kind_of(type) == kind)
			count += column->seen[OPEN][type] + column->seen[DECIDED][type];
	return (double)count;
}

void
trail_move(
    struct trail *trail, const struct column *column, const struct profile *profile, bool kinds)
{
	if (profile_deals(profile, GROUPS) == 0)
		return;
	for (size_t i = 0; i < GROUPS; i++) {
		trail->deals[i] =
		    trail->deals[i] * trail_kept + (double)profile_deals(profile, i);
		trail->filled[i] = trail->filled[i] * trail_kept
		    + (column != NULL ? (double)column_filled(column, i) : 0);
	}
	for (enum kind kind = 0; kinds && kind < KINDS; kind++)
		trail->kinds[kind] = trail->kinds[kind] * trail_kept + kind_count(column, kind);
}
