/*
 * rate - a quotient as text, the shortest decimal that reads back as the same double; and a count.
 */
#ifndef RATE_H
#define RATE_H

#include <stdint.h>
#include "span.h"

enum { RATE_TEXT_MAX = 40 };

struct span count_text(uint64_t count, char text[RATE_TEXT_MAX]);
struct span rate_text(int64_t part, int64_t whole, char text[RATE_TEXT_MAX]); /* whole > 0 */

#endif
