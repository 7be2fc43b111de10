/*
 * pattern - PCRE2 regular expressions that a person wrote, over UTF-8.
 *
 * A pattern must fit the whole text.  One that costs too much for a text does not fit it.
 */
#ifndef PATTERN_H
#define PATTERN_H

#include "span.h"

enum { PATTERN_WHY = 160 };

struct pattern;

struct pattern *pattern_new(const char *text, char why[PATTERN_WHY]); /* NULL, with why */
bool pattern_fits(const struct pattern *, struct span text);
void pattern_free(struct pattern *); /* or NULL */

#endif
