/*
 * template_escape - values made harmless for the text around them; see template.h.
 *
 * What is put together grows in a template_out, and no further than to the first piece past
 * TEMPLATE_MAX: who puts much asks template_full().  template_taken() is the text and a NUL.
 *
 * escape_code gives the code point at p and its bytes; what is no UTF-8 counts as U+FFFD.
 */
#ifndef TEMPLATE_ESCAPE_H
#define TEMPLATE_ESCAPE_H

#include <stdint.h>
#include "template.h"

struct template_out {
	char *text;
	size_t len, room;
};

void template_put(struct template_out *, struct span piece);
char *template_taken(struct template_out *); /* free() it */

static inline bool
template_full(const struct template_out *out)
{
	return out->len > TEMPLATE_MAX;
}

void escape_put(struct template_out *, enum template_context, bool raw, struct span value);
uint32_t escape_code(const char *p, size_t left, size_t *len);

#endif
