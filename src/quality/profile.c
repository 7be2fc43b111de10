#include <stdlib.h>

#include "dictionary.h"
#include "mem.h"
#include "money.h"
#include "profile.h"
#include "rec_all.h"
#include "when.h"

/* Amounts are counted in steps of an eighth of a doubling. */
enum { STEPS = 8, STEP_BITS = 3, BUCKETS = 64 * STEPS };
enum { WATCHED_MOST = 64 };

struct watched {
	const char *name;
	size_t slot, room;
	struct dictionary *words; /* NULL: too various */
	uint64_t (*counts)[GROUPS]; /* by code */
};

struct profile {
	struct rec_in *in;
	size_t id, outcome, amount, *dates, date_count;
	uint64_t deals[GROUPS];
	char newest[WHEN_DAY_LEN]; /* the day as text; empty at first */
	uint64_t amounts[BUCKETS], amount_count;
	struct watched watched[WATCHED_MOST];
	size_t watched_count, known; /* known: columns there is room for */
	struct column *columns;
};

struct profile *
profile_new(struct rec_in *in)
{
	struct profile *profile = mem_new(1, sizeof *profile);

	profile->in = in;
	profile->id = rec_want(in, "deal_id");
	profile->outcome = rec_want(in, "outcome");
	profile->amount = rec_want(in, "amount");
	return profile;
}

void
profile_watch(struct profile *profile, const char *field)
{
	for (size_t i = 0; i < profile->watched_count; i++)
		if (strcmp(profile->watched[i].name, field) == 0)
			return;
	if (profile->watched_count == WATCHED_MOST)
		return;
	struct watched *watched = &profile->watched[profile->watched_count++];
	watched->name = field;
	watched->slot = rec_want(profile->in, field);
	watched->words = dictionary_new(field, VALUES_MOST + 2);
	watched->counts = mem_new(VALUES_MOST + 2, sizeof *watched->counts);
}

void
profile_date(struct profile *profile, const char *field)
{
	profile->dates =
	    mem_grow(profile->dates, profile->date_count + 1, sizeof *profile->dates);
	profile->dates[profile->date_count++] = rec_want(profile->in, field);
}

void
profile_begin(struct profile *profile)
{
	rec_want_all(profile->in);
}

/* Columns come while deals pass, but no record has more than there are now. */
static void
make_room(struct profile *profile, size_t count)
{
	size_t old = profile->known;

	profile->columns = mem_grow(profile->columns, count, sizeof *profile->columns);
	profile->known = count;
	memset(profile->columns + old, 0, (count - old) * sizeof *profile->columns);
	for (size_t group = 0; group < GROUPS; group++)
		for (size_t i = old; i < count; i++)
			profile->columns[i].seen[group][REC_ABSENT] = profile->deals[group];
}

static void
see_first(struct profile *profile, const struct rec *rec, char **first)
{
	struct span id = rec_text(rec, profile->id);

	*first = mem_copy(id.at, id.len);
}

static void
see_value(struct watched *watched, const struct rec_field *field, size_t group)
{
	if (watched->words == NULL || field->len == 0 || field->type == REC_NULL)
		return;
	uint32_t code =
	    dictionary_code(watched->words, (struct span){ field->text, field->len });
	watched->counts[code][group]++;
	if (code > VALUES_MOST) {
		dictionary_free(watched->words);
		watched->words = NULL;
	}
}

/* A day, or an instant by the day that is written there. */
static void
see_date(struct profile *profile, struct span text)
{
	if (text.len < WHEN_DAY_LEN || memcmp(text.at, profile->newest, WHEN_DAY_LEN) <= 0
	    || !when_day((struct span){ text.at, WHEN_DAY_LEN }, NULL))
		return;
	memcpy(profile->newest, text.at, WHEN_DAY_LEN);
}

static void
see_amount(struct profile *profile, struct span text)
{
	int64_t amount;

	if (!money_read(text, &amount) || amount <= 0)
		return;
	uint64_t scaled = (uint64_t)amount << STEP_BITS; /* no bit is lost: an amount has 60 */
	int top = 63 - __builtin_clzll(scaled);
	size_t step = (size_t)(scaled >> (top - STEP_BITS)) & (STEPS - 1);
	profile->amounts[(size_t)(top - STEP_BITS) * STEPS + step]++;
	profile->amount_count++;
}

void
profile_add(struct profile *profile, const struct rec *rec)
{
	const struct rec_field *fields = rec->fields;
	size_t count = rec_all(profile->in),
	       group = *fields[profile->outcome].text == 'o' ? OPEN : DECIDED;

	if (count > profile->known)
		make_room(profile, count);
	profile->deals[group]++;
	for (size_t slot = 0; slot < count; slot++) {
		struct column *column = &profile->columns[slot];
		enum rec_type type = fields[slot].len == 0 ? REC_ABSENT : fields[slot].type;
		column->seen[group][type]++;
		if (column->first[group][type] == NULL)
			see_first(profile, rec, &column->first[group][type]);
	}
	for (size_t i = 0; i < profile->watched_count; i++)
		see_value(&profile->watched[i], &fields[profile->watched[i].slot], group);
	for (size_t i = 0; i < profile->date_count; i++)
		see_date(profile, rec_text(rec, profile->dates[i]));
	see_amount(profile, rec_text(rec, profile->amount));
}

uint64_t
profile_deals(const struct profile *profile, size_t group)
{
	return group < GROUPS ? profile->deals[group]
			      : profile->deals[OPEN] + profile->deals[DECIDED];
}

int32_t
profile_newest(const struct profile *profile)
{
	int32_t day;

	return when_day((struct span){ profile->newest, WHEN_DAY_LEN }, &day) ? day : NO_DAY;
}

double
profile_median(const struct profile *profile, uint64_t *of)
{
	uint64_t passed = 0;
	size_t i = 0;

	*of = profile->amount_count;
	if (profile->amount_count == 0)
		return 0;
	while ((passed += profile->amounts[i]) * 2 < profile->amount_count)
		i++;
	double low = (double)((uint64_t)1 << i / STEPS);
	return low * (1 + ((double)(i % STEPS) + .5) / STEPS) / MONEY_ONE;
}

size_t
profile_columns(const struct profile *profile)
{
	return profile->known;
}

struct span
profile_name(const struct profile *profile, size_t column)
{
	return rec_name(profile->in, column);
}

const struct column *
profile_column(const struct profile *profile, size_t column)
{
	return &profile->columns[column];
}

const struct column *
profile_find(const struct profile *profile, const char *name)
{
	for (size_t i = 0; i < profile->known; i++)
		if (span_is(rec_name(profile->in, i), name))
			return &profile->columns[i];
	return NULL;
}

uint64_t
column_filled(const struct column *column, size_t group)
{
	uint64_t count = 0;

	if (group == GROUPS)
		return column_filled(column, OPEN) + column_filled(column, DECIDED);
	for (size_t type = REC_FALSE; type < TYPES; type++)
		count += column->seen[group][type];
	return count;
}

size_t
profile_watched(const struct profile *profile)
{
	return profile->watched_count;
}

const char *
profile_watched_name(const struct profile *profile, size_t watched)
{
	return profile->watched[watched].name;
}

bool
profile_is_various(const struct profile *profile, size_t watched)
{
	return profile->watched[watched].words == NULL;
}

struct span
profile_value(const struct profile *profile, size_t i, size_t value, uint64_t counts[GROUPS])
{
	const struct watched *watched = &profile->watched[i];

	counts[OPEN] = counts[DECIDED] = 0;
	if (watched->words == NULL || value + 1 >= dictionary_count(watched->words))
		return span("");
	memcpy(counts, watched->counts[value + 1], sizeof watched->counts[0]);
	return dictionary_word(watched->words, (uint32_t)value + 1);
}

void
profile_free(struct profile *profile)
{
	for (size_t i = 0; i < profile->watched_count; i++) {
		if (profile->watched[i].words != NULL)
			dictionary_free(profile->watched[i].words);
		free(profile->watched[i].counts);
	}
	for (size_t i = 0; i < profile->known; i++)
		for (size_t j = 0; j < GROUPS * TYPES; j++)
			free(profile->columns[i].first[j / TYPES][j % TYPES]);
	free(profile->columns);
	free(profile->dates);
	free(profile);
}
