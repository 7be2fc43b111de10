/*
 * template_escape - values made harmless for the text around them; for template alone.
 */
#ifndef TEMPLATE_ESCAPE_H
#define TEMPLATE_ESCAPE_H

#include <stdio.h>
#include "template.h"

void escape_write(FILE *, enum template_context, bool raw, struct span value);

#endif
