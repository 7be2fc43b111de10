/*
 * related - the HTML of a mail with the pictures it shows (RFC 2387).
 *
 * The pictures are parts beside the HTML, which names them by "cid:"; nothing is fetched.  The
 * part ends where the boundary around it follows; its own cannot stand in any body, for "=_"
 * is in no encoding.
 */
#ifndef RELATED_H
#define RELATED_H

#include <stdio.h>
#include "span.h"

struct picture {
	const char *cid, *name; /* "trend.0123@saleswatch", "trend.png" */
	struct span bytes; /* a PNG */
};

void related_put(FILE *, const char *html, const struct picture *, size_t count);

#endif
