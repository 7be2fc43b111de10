/*
 * template_escape - values made harmless for the text around them; see template.h.
 *
 * escape_code gives the code point at p and its bytes; what is no UTF-8 counts as U+FFFD.
 */
#ifndef TEMPLATE_ESCAPE_H
#define TEMPLATE_ESCAPE_H

#include <stdint.h>
#include <stdio.h>
#include "template.h"

void escape_write(FILE *, enum template_context, bool raw, struct span value);
uint32_t escape_code(const char *p, size_t left, size_t *len);

#endif
