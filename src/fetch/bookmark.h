/*
 * bookmark - how far a source was read: a record of kind bookmark (schemas/bookmark.json).
 *
 * It has what the source asked to remember (`until`), and what the section and the map asked
 * of the source (`asked`, a hash): where they ask something else now, what was read before does
 * not have it, and the bookmark is void, so that all is read again.
 */
#ifndef BOOKMARK_H
#define BOOKMARK_H

#include "source.h"

/* From a stream of bookmarks; NULL if none is of this source, or it is void.  A new reference. */
json_t *bookmark_since(const char *path, const struct source *, bool *is_void);

void bookmark_write(
    const char *path, const struct source *, const json_t *until); /* NULL: none */

#endif
