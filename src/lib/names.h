/*
 * names - texts and the small numbers that stand for them, given in order of arrival until
 * names_sort() numbers them by their bytes.  A text lives as long as its names.
 */
#ifndef NAMES_H
#define NAMES_H

#include <stdint.h>
#include "span.h"

struct names *names_new(void);
uint32_t names_add(struct names *, struct span text); /* its number, old or new */
bool names_find(const struct names *, struct span text, uint32_t *number);
const char *names_text(const struct names *, uint32_t number);
uint32_t names_count(const struct names *);
void names_sort(struct names *, uint32_t *now); /* now[old number] = new number */

/* Sorts, and renumbers a column of a table of codes; NAMES_NONE stays as it is. */
#define NAMES_NONE UINT32_MAX
void names_sort_codes(
    struct names *, uint32_t *codes, size_t rows, size_t columns, size_t column);
void names_free(struct names *);

#endif
