/*
 * separator - what stands between cells.
 *
 * separator_guess gives the one of , ; tab | that a header has most often outside of quotes.
 * separator_count counts them in a line; a line with quotes has SEPARATOR_UNSURE of them.
 */
#ifndef SEPARATOR_H
#define SEPARATOR_H

#include <stdint.h>
#include "span.h"

#define SEPARATOR_UNSURE (SIZE_MAX / 2)

char separator_guess(struct span header);
size_t separator_count(struct span line, char separator);

#endif
