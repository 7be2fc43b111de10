#include <stdlib.h>

#include "diag.h"
#include "dictionary.h"
#include "mem.h"
#include "print.h"

enum { FIRST_SIZE = 1 << 6 };

struct place {
	struct print print;
	struct span word;
	uint32_t code; /* 0: nobody's place */
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

static inline struct place *
place_of(const struct dictionary *dictionary, struct print print, struct span word)
{
	for (size_t i = print_spot(print);; i++) {
		struct place *place = &dictionary->places[i & (dictionary->size - 1)];
		if (place->code == 0 || print_same(place->print, place->word, print, word))
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
			*place_of(dictionary, old[i].print, old[i].word) = old[i];
	free(old);
}

static uint32_t
add(struct dictionary *dictionary, struct print print, struct span word)
{
	if (dictionary->count == dictionary->most)
		die(EX_DATAERR, "stdin: %s: more than %u values", dictionary->name,
		    dictionary->most - 1);
	if (dictionary->count * 4 > dictionary->size)
		grow(dictionary);

	uint32_t code = dictionary->count++;
	word.at = mem_copy(word.at, word.len);
	dictionary->words[code] = word;
	*place_of(dictionary, print, word) = (struct place){ print, word, code };
	return code;
}

uint32_t
dictionary_code(struct dictionary *dictionary, struct span word)
{
	if (word.len == 0)
		return 0;

	struct print print = print_of(word);
	uint32_t code = place_of(dictionary, print, word)->code;
	return code != 0 ? code : add(dictionary, print, word);
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
