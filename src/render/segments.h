/*
 * segments - how each segment did in thirteen weeks, beside the company: see page.h.
 */
#ifndef SEGMENTS_H
#define SEGMENTS_H

#include <jansson.h>
#include "history.h"

json_t *segments(
    const struct history *, const json_t *company); /* company: its conf, or NULL */

/* "product_type" as people write it: "Product type"; free() it. */
char *segments_title(const char *dimension);

#endif
