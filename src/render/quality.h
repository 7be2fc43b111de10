/*
 * quality - what was refused, by reason: {"total":"12 rows","rows":[{"code","stage","count",
 * "reason","example"}]}, the most frequent first; the example is the first one's place.  Where
 * nothing was, "none" is true.
 */
#ifndef QUALITY_H
#define QUALITY_H

#include <jansson.h>
#include <stddef.h>

enum { QUALITY_ROWS = 12 }; /* the most frequent reasons */

json_t *quality(const char *const *paths, size_t count);

#endif
