/*
 * segments - how each segment did in thirteen weeks, beside the company: see report.h.
 */
#ifndef SEGMENTS_H
#define SEGMENTS_H

#include <jansson.h>
#include "history.h"

json_t *segments(
    const struct history *, const json_t *company); /* company: its conf, or NULL */

/* The rows of those forty reps that decided most deals; for who may see them. */
json_t *segments_reps(const struct history *, const json_t *company);

/* "product_type" as people write it: "Product type"; free() it. */
char *segments_title(const char *dimension);

#endif
