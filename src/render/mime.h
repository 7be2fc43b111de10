/*
 * mime - one mail as the bytes of RFC 5322 and 2045: text first, then HTML.
 *
 * Everything but the bodies may come from outside: a header has no line end, no control
 * character and no encoded word it did not get here, an id only what an id may have.  The
 * boundary cannot stand in a body, for "=_" is in neither encoding.  Lines end in CRLF and
 * are 76 bytes long at most, but for headers, which are cut at HEADER_MAX bytes of value.
 */
#ifndef MIME_H
#define MIME_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include "span.h"

enum { HEADER_MAX = 240 };

struct mail {
	const char *from, *to; /* an address, or Name <address>; no to: undisclosed */
	const char *subject, *id;
	const char *thread; /* what the mails of an alert's life have in common, or NULL */
	const char *list, *unsubscribe; /* or NULL */
	int64_t date;
	const char *text, *html;
	const struct picture *pictures; /* that the HTML shows (related.h); or none */
	size_t picture_count;
};

bool mail_address_ok(const char *address);
char *mail_bytes(const struct mail *); /* free() it */

/* The value of a header, encoded where it must be; a phrase is the name of an address. */
void mime_words(FILE *, const char *value, bool phrase);
void mime_body(FILE *, struct span text); /* its encoding, an empty line, the body */
void mime_base64(FILE *, struct span bytes);

#endif
