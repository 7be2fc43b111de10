/*
 * dictionary - words as small numbers.
 *
 * The empty word is 0; each new word gets the next code, up to the most the dictionary was
 * made for: at one more the program ends (65).
 */
#ifndef DICTIONARY_H
#define DICTIONARY_H

#include <stdint.h>
#include "span.h"

struct dictionary *dictionary_new(const char *name, uint32_t most);
uint32_t dictionary_code(struct dictionary *, struct span word);
struct span dictionary_word(const struct dictionary *, uint32_t code);
uint32_t dictionary_count(const struct dictionary *); /* the empty word too */
void dictionary_free(struct dictionary *);

#endif
