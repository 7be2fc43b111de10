/*
 * spelling - the texts a field is known to have, and what we say for each.
 *
 * A text that is known passes as what we say for it.  One that differs from a known text
 * only in case (of ASCII) and in blanks around it is repaired to it, unless several are as
 * near.  All others pass as they are.
 */
#ifndef SPELLING_H
#define SPELLING_H

#include "map.h"
#include "span.h"

struct spelling *spelling_new(const struct map_field *); /* NULL: it knows none */
struct span spelling_of(const struct spelling *, struct span text, bool *repaired);
size_t spelling_longest(const struct spelling *); /* of what we say */
bool spelling_is_plain(const struct spelling *); /* all we say needs no escape in JSON */
void spelling_free(struct spelling *);

bool spelling_alike(struct span, struct span); /* but for case and blanks around */

#endif
