#include <stdlib.h>

#include "fingerprint.h"
#include "mem.h"
#include "names.h"

struct entry {
	struct fingerprint of; /* all zero: free */
	uint32_t number;
};

struct names {
	uint64_t seed;
	struct entry *entries; /* at most half of them taken */
	size_t slots; /* a power of 2 */
	char **texts; /* by number */
	uint32_t count, room;
};

struct names *
names_new(void)
{
	struct names *names = mem_new(1, sizeof *names);

	names->seed = fingerprint_seed();
	names->slots = 16;
	names->entries = mem_new(names->slots, sizeof names->entries[0]);
	return names;
}

/* Where it is, or would be. */
static struct entry *
entry_of(const struct names *names, struct fingerprint of)
{
	size_t slot = of.high & (names->slots - 1);

	while (!fingerprint_equal(names->entries[slot].of, of)
	    && (names->entries[slot].of.high | names->entries[slot].of.low) != 0)
		slot = (slot + 1) & (names->slots - 1);
	return &names->entries[slot];
}

static void
double_slots(struct names *names)
{
	struct entry *old = names->entries;
	size_t slots = names->slots;

	names->slots *= 2;
	names->entries = mem_new(names->slots, sizeof names->entries[0]);
	for (size_t i = 0; i < slots; i++)
		if ((old[i].of.high | old[i].of.low) != 0)
			*entry_of(names, old[i].of) = old[i];
	free(old);
}

bool
names_find(const struct names *names, struct span text, uint32_t *number)
{
	struct fingerprint of = fingerprint_of(text, names->seed);
	const struct entry *entry = entry_of(names, of);

	if (!fingerprint_equal(entry->of, of))
		return false;
	*number = entry->number;
	return true;
}

uint32_t
names_add(struct names *names, struct span text)
{
	struct fingerprint of = fingerprint_of(text, names->seed);
	struct entry *entry = entry_of(names, of);

	if (fingerprint_equal(entry->of, of))
		return entry->number;
	if (names->count == names->room) {
		names->room = names->room * 2 + 8;
		names->texts = mem_grow(names->texts, names->room, sizeof names->texts[0]);
	}
	*entry = (struct entry){ of, names->count };
	names->texts[names->count] = mem_copy(text.at, text.len);
	if (2 * (names->count + 1) > names->slots)
		double_slots(names);
	return names->count++;
}

const char *
names_text(const struct names *names, uint32_t number)
{
	return names->texts[number];
}

uint32_t
names_count(const struct names *names)
{
	return names->count;
}

static int
by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

void
names_sort(struct names *names, uint32_t *now)
{
	if (names->count > 1)
		qsort(names->texts, names->count, sizeof names->texts[0], by_text);
	for (uint32_t i = 0; i < names->count; i++) {
		struct span text = span(names->texts[i]);
		struct entry *entry = entry_of(names, fingerprint_of(text, names->seed));
		now[entry->number] = i;
		entry->number = i;
	}
}

void
names_sort_codes(
    struct names *names, uint32_t *codes, size_t rows, size_t columns, size_t column)
{
	uint32_t *now = mem_new(names_count(names) + 1, sizeof *now);

	names_sort(names, now);
	for (size_t row = 0; row < rows; row++) {
		uint32_t *code = &codes[row * columns + column];
		if (*code != NAMES_NONE)
			*code = now[*code];
	}
	free(now);
}

void
names_free(struct names *names)
{
	for (uint32_t i = 0; i < names->count; i++)
		free(names->texts[i]);
	free(names->texts);
	free(names->entries);
	free(names);
}
