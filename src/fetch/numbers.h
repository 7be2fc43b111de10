/*
 * numbers - numbers with other people's marks: 1.234,50 where we write 1234.50.
 *
 * numbers_read writes a number as JSON has it, digit for digit.  Thousands, where they have
 * a mark, come in threes; a mark out of place, or a sign of a currency, is no number.
 */
#ifndef NUMBERS_H
#define NUMBERS_H

#include "span.h"

enum { NUMBERS_MAX = 64 };

bool numbers_read(
    struct span text, char decimal, char thousands, char plain[NUMBERS_MAX], size_t *len);

#endif
