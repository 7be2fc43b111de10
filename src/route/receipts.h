/*
 * receipts - what became of each delivery, as far as routing asks: when it was done with, sent
 * or given up.  The last attempt rules.
 */
#ifndef RECEIPTS_H
#define RECEIPTS_H

#include <stdint.h>
#include "span.h"

struct receipts;

struct receipts *receipts_read(const char *path);
void receipts_free(struct receipts *);

/* When it was done with; INT64_MAX: it still waits. */
int64_t receipts_done(const struct receipts *, struct span delivery_id);

#endif
