#include <stdlib.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "diag.h"
#include "dictionary.h"
#include "mem.h"

enum { FIRST_SIZE = 1 << 6, SHORT = 16 };

/* What is compared first: of a short word nothing but its length is missing. */
struct print {
	uint64_t low, high;
};

struct place {
	struct print print;
	uint32_t len, code; /* code 0: nobody's place */
};

struct dictionary {
	const char *name;
	uint32_t most, count;
	size_t size;
	struct span *words; /* by code */
	struct place *places;
};

struct dictionary *
dictionary_new(const char *name, uint32_t most)
{
	struct dictionary *dictionary = mem_new(1, sizeof *dictionary);

	dictionary->name = name;
	dictionary->most = most;
	dictionary->size = FIRST_SIZE;
	dictionary->places = mem_new(FIRST_SIZE, sizeof *dictionary->places);
	dictionary->words = mem_new(FIRST_SIZE, sizeof *dictionary->words);
	dictionary->words[dictionary->count++] = span("");
	return dictionary;
}

static inline uint64_t
bytes(const char *p, size_t count)
{
	uint64_t word = 0;

	memcpy(&word, p, count);
	return word;
}

/* Four pieces that overlap cover any word of 4 to 16 bytes, and need no branch. */
static inline struct print
print_of(struct span word)
{
	const char *end = word.at + word.len;
	size_t step = word.len / 8 * 4;

	if (word.len > SHORT) {
		XXH128_hash_t hash = XXH3_128bits(word.at, word.len);
		return (struct print){ hash.low64, hash.high64 };
	}
	if (word.len >= 4)
		return (struct print){ bytes(word.at, 4) << 32 | bytes(word.at + step, 4),
			bytes(end - 4, 4) << 32 | bytes(end - 4 - step, 4) };
	return (struct print){ bytes(word.at, 1) << 8 | bytes(word.at + word.len / 2, 1),
		bytes(end - 1, 1) };
}

static inline size_t
hash_of(const struct print *print)
{
	return (
	    size_t)((print->low ^ (print->high << 23 | print->high >> 41)) * 0x9E3779B97F4A7C15u
	    >> 32);
}

static inline struct place *
place_of(const struct dictionary *dictionary, const struct print *print, struct span word)
{
	for (size_t i = hash_of(print);; i++) {
		struct place *place = &dictionary->places[i & (dictionary->size - 1)];
		if (place->print.low == print->low && place->print.high == print->high
		    && place->len == word.len
		    && (word.len <= SHORT || span_equal(dictionary->words[place->code], word)))
			return place;
		if (place->code == 0)
			return place;
	}
}

static void
grow(struct dictionary *dictionary)
{
	struct place *old = dictionary->places;
	size_t size = dictionary->size;

	dictionary->size = size * 2;
	dictionary->places = mem_new(dictionary->size, sizeof *dictionary->places);
	dictionary->words =
	    mem_grow(dictionary->words, dictionary->size / 4 + 2, sizeof *dictionary->words);
	for (size_t i = 0; i < size; i++)
		if (old[i].code != 0)
			*place_of(dictionary, &old[i].print, dictionary->words[old[i].code]) =
			    old[i];
	free(old);
}

static uint32_t
add(struct dictionary *dictionary, const struct print *print, struct span word)
{
	if (dictionary->count == dictionary->most)
		die(EX_DATAERR, "stdin: %s: more than %u values", dictionary->name,
		    dictionary->most - 1);
	if (dictionary->count * 4 > dictionary->size)
		grow(dictionary);

	uint32_t code = dictionary->count++;
	dictionary->words[code] = (struct span){ mem_copy(word.at, word.len), word.len };
	*place_of(dictionary, print, word) = (struct place){ *print, (uint32_t)word.len, code };
	return code;
}

uint32_t
dictionary_code(struct dictionary *dictionary, struct span word)
{
	if (word.len == 0)
		return 0;

	struct print print = print_of(word);
	uint32_t code = place_of(dictionary, &print, word)->code;
	return code != 0 ? code : add(dictionary, &print, word);
}

struct span
dictionary_word(const struct dictionary *dictionary, uint32_t code)
{
	return dictionary->words[code];
}

uint32_t
dictionary_count(const struct dictionary *dictionary)
{
	return dictionary->count;
}

void
dictionary_free(struct dictionary *dictionary)
{
	for (uint32_t code = 1; code < dictionary->count; code++)
		free((char *)dictionary->words[code].at);
	free(dictionary->words);
	free(dictionary->places);
	free(dictionary);
}
