/*
 * store_batch - rows that are held until there are enough of them, for a store that is far.
 */
#ifndef STORE_BATCH_H
#define STORE_BATCH_H

#include "store_data.h"

struct batch;

struct batch *batch_new(size_t most); /* rows, or some MiB of them */
bool batch_add(struct batch *, const struct store_row *); /* a copy; true: it is full */
const struct store_row *batch_rows(const struct batch *, size_t *count); /* in order */
const struct span *batch_keys(const struct batch *); /* the first key of each */
void batch_empty(struct batch *);
void batch_free(struct batch *);

#endif
