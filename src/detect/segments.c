#include <stdlib.h>

#include "diag.h"
#include "mem.h"
#include "segments.h"

enum { TOO_FEW = 5 }; /* decided deals that are never enough */

/* While they are made: all that could be, by family and value. */
struct family {
	enum level level;
	uint32_t dimension[2], parts[2];
	uint32_t *segment; /* by value, or by value * values of the other + its value */
};

static size_t
values_of(const struct deals *deals, uint32_t dimension)
{
	return names_count(deals->dimension[dimension].values);
}

static size_t
cells(const struct deals *deals, const struct family *family)
{
	if (family->level == LEVEL_COMPANY)
		return 1;
	size_t first = values_of(deals, family->dimension[0]);
	return family->level == LEVEL_PAIR ? first * values_of(deals, family->dimension[1])
					   : first;
}

/* The cell of a deal in a family, or NONE where a value is missing. */
static size_t
cell_of(const struct deals *deals, const struct family *family, size_t deal)
{
	if (family->level == LEVEL_COMPANY)
		return 0;
	uint32_t first = deals_code(deals, deal, family->dimension[0]);
	if (first == CODE_NONE || family->level != LEVEL_PAIR)
		return first == CODE_NONE ? SIZE_MAX : first;
	uint32_t second = deals_code(deals, deal, family->dimension[1]);
	if (second == CODE_NONE)
		return SIZE_MAX;
	return first * values_of(deals, family->dimension[1]) + second;
}

static size_t
list_families(const struct deals *deals, struct family *families)
{
	uint32_t count = 0, dims = (uint32_t)deals->dimensions;

	families[count++] = (struct family){ .level = LEVEL_COMPANY };
	for (uint32_t a = 0; a < dims; a++)
		families[count++] = (struct family){
			.level = a == deals->rep ? LEVEL_REP : LEVEL_CONDITION,
			.dimension = { a, a },
		};
	for (uint32_t a = 0; a < dims; a++)
		for (uint32_t b = a + 1; b < dims; b++)
			if (a != deals->rep && b != deals->rep)
				families[count++] = (struct family){
					.level = LEVEL_PAIR,
					.dimension = { a, b },
					.parts = { a + 1, b + 1 },
				};
	return count;
}

static void
add_segment(
    struct segments *segments, const struct family *family, uint32_t number, size_t cell)
{
	struct segment *segment = &segments->at[segments->count];

	*segment = (struct segment){ .level = family->level, .family = number };
	if (family->level == LEVEL_PAIR) {
		size_t second = values_of(segments->deals, family->dimension[1]);
		segment->conditions = 2;
		segment->condition[0].value = (uint32_t)(cell / second);
		segment->condition[1].value = (uint32_t)(cell % second);
	} else if (family->level != LEVEL_COMPANY) {
		segment->conditions = 1;
		segment->condition[0].value = (uint32_t)cell;
	}
	for (uint32_t i = 0; i < segment->conditions; i++)
		segment->condition[i].dimension = family->dimension[i];
	segments->count++;
}

/* Those of a family that have deals enough. */
static void
add_family(struct segments *segments, struct family *family, uint32_t number)
{
	const struct deals *deals = segments->deals;
	size_t count = cells(deals, family);
	uint32_t *decided = mem_new(count + 1, sizeof *decided);

	family->segment = mem_new(count + 1, sizeof *family->segment);
	for (size_t i = 0; i < deals->decided; i++) {
		size_t cell = cell_of(deals, family, i);
		if (cell != SIZE_MAX)
			decided[cell]++;
	}
	for (size_t cell = 0; cell < count; cell++) {
		family->segment[cell] = SEGMENT_NONE;
		if (decided[cell] < TOO_FEW && family->level != LEVEL_COMPANY)
			continue;
		family->segment[cell] = (uint32_t)segments->count;
		segments->at =
		    mem_grow(segments->at, segments->count + 1, sizeof segments->at[0]);
		add_segment(segments, family, number, cell);
	}
	free(decided);
}

static void
assign(struct segments *segments, const struct family *families)
{
	const struct deals *deals = segments->deals;

	segments->per_deal = segments->families + 1;
	segments->of_deal = mem_new(deals->count * segments->per_deal + 1, sizeof(uint32_t));
	for (size_t i = 0; i < deals->count; i++) {
		uint32_t *of = segments->of_deal + i * segments->per_deal;
		for (size_t f = 0; f < segments->families; f++) {
			size_t cell = cell_of(deals, &families[f], i);
			if (cell != SIZE_MAX && families[f].segment[cell] != SEGMENT_NONE)
				*of++ = families[f].segment[cell];
		}
		*of = SEGMENT_NONE;
	}
}

static void
befriend(struct segments *segments, uint32_t a, uint32_t b)
{
	struct segment *segment = &segments->at[a];

	segment->near =
	    mem_grow(segment->near, segment->near_count + 1, sizeof segment->near[0]);
	segment->near[segment->near_count++] = b;
}

static void
find_near(struct segments *segments, const struct family *families)
{
	for (uint32_t i = 0; i < segments->count; i++) {
		const struct segment *segment = &segments->at[i];
		for (uint32_t c = 0; c < segment->conditions; c++) {
			uint32_t above = COMPANY;
			if (segment->level == LEVEL_PAIR)
				above = families[segment->condition[c].dimension + 1]
					    .segment[segment->condition[c].value];
			if (segment->level == LEVEL_REP)
				continue;
			befriend(segments, i, above);
			befriend(segments, above, i);
		}
	}
}

void
segments_make(struct segments *segments, const struct deals *deals)
{
	size_t most = 1 + deals->dimensions + deals->dimensions * deals->dimensions;
	struct family *families = mem_new(most, sizeof *families);

	*segments = (struct segments){ .deals = deals };
	segments->families = list_families(deals, families);
	segments->family_level = mem_new(most, sizeof segments->family_level[0]);
	segments->family_parts = mem_new(most, sizeof segments->family_parts[0]);
	for (uint32_t f = 0; f < segments->families; f++) {
		segments->family_level[f] = families[f].level;
		memcpy(segments->family_parts[f], families[f].parts, sizeof families[f].parts);
		add_family(segments, &families[f], f);
	}
	assign(segments, families);
	find_near(segments, families);
	for (size_t f = 0; f < segments->families; f++)
		free(families[f].segment);
	free(families);
}

bool
segments_has(const struct segments *segments, uint32_t segment, size_t deal)
{
	const struct segment *of = &segments->at[segment];

	for (uint32_t i = 0; i < of->conditions; i++)
		if (deals_code(segments->deals, deal, of->condition[i].dimension)
		    != of->condition[i].value)
			return false;
	return true;
}

bool
segments_nested(const struct segments *segments, uint32_t a, uint32_t b)
{
	const struct segment *wide = &segments->at[a], *narrow = &segments->at[b];

	if (wide->conditions > narrow->conditions)
		return segments_nested(segments, b, a);
	for (uint32_t i = 0, found; i < wide->conditions; i++) {
		found = 0;
		for (uint32_t j = 0; j < narrow->conditions; j++)
			found |= wide->condition[i].dimension == narrow->condition[j].dimension
			    && wide->condition[i].value == narrow->condition[j].value;
		if (!found)
			return false;
	}
	return true;
}

static const char *
value_text(const struct segments *segments, const struct condition *condition)
{
	return names_text(
	    segments->deals->dimension[condition->dimension].values, condition->value);
}

static bool
is_of(const struct segments *segments, const struct segment *segment, const json_t *conditions)
{
	for (uint32_t i = 0; i < segment->conditions; i++) {
		const struct condition *condition = &segment->condition[i];
		const char *name = segments->deals->dimension[condition->dimension].name;
		const char *value = json_string_value(json_object_get(conditions, name));
		if (value == NULL || strcmp(value, value_text(segments, condition)) != 0)
			return false;
	}
	return segment->conditions == json_object_size(conditions);
}

uint32_t
segments_find(const struct segments *segments, const json_t *conditions)
{
	for (uint32_t i = 0; i < segments->count; i++)
		if (is_of(segments, &segments->at[i], conditions))
			return i;
	return SEGMENT_NONE;
}

json_t *
segments_json(const struct segments *segments, uint32_t segment)
{
	const struct segment *of = &segments->at[segment];
	json_t *object = json_object();

	for (uint32_t i = 0; i < of->conditions && object != NULL; i++)
		if (json_object_set_new(object,
			segments->deals->dimension[of->condition[i].dimension].name,
			json_string(value_text(segments, &of->condition[i])))
		    != 0)
			die(EX_OSERR, "segment: out of memory");
	if (object == NULL)
		die(EX_OSERR, "segment: out of memory");
	return object;
}

char *
segments_text(const struct segments *segments, uint32_t segment)
{
	const struct segment *of = &segments->at[segment];
	const struct dimension *dimension = segments->deals->dimension;
	const struct condition *a = &of->condition[0], *b = &of->condition[1];

	switch (of->conditions) {
	case 0: return mem_copy("", 0);
	case 1:
		return mem_printf(
		    "%s=%s", dimension[a->dimension].name, value_text(segments, a));
	default:
		return mem_printf("%s=%s,%s=%s", dimension[a->dimension].name,
		    value_text(segments, a), dimension[b->dimension].name,
		    value_text(segments, b));
	}
}

void
segments_release(struct segments *segments)
{
	for (size_t i = 0; i < segments->count; i++)
		free(segments->at[i].near);
	free(segments->at);
	free(segments->family_level);
	free(segments->family_parts);
	free(segments->of_deal);
}
