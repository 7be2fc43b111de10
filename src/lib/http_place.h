/*
 * http_place - where an answer sends us on to, and whether a secret may go there too.
 */
#ifndef HTTP_PLACE_H
#define HTTP_PLACE_H

#include <stdbool.h>

bool http_place_is_same(const char *one, const char *other); /* scheme, host and port */

/*
 * What a page at `base` means by `place`, a URL or a path, to free(); NULL if it is no URL or of
 * another origin.  Whatever blanks it has are encoded.
 */
char *http_place_beside(const char *base, const char *place);

/* A text as it may stand in a query or a form; free() it. */
char *http_place_escape(const char *text);

#endif
