/*
 * stage - what a run has put and no commit has taken yet: a stream of records in order of their
 * keys, in PATH-staged/RUN.KIND beside the store or, where that is no file, in a table of it.
 *
 * So a put that waits for its input keeps nobody from the store.  A stage is whole or absent:
 * it takes its name, in the place of an earlier one, when all of it is on the disk.
 */
#ifndef STAGE_H
#define STAGE_H

#include "order.h"

void stage_check(const char *run); /* letters, digits and ._:+- or the end (64) */
size_t stage_write(const char *url, const char *run, const struct kind *, const char *source,
    struct order *); /* source: where deals come from, or NULL */
struct rows *stage_open(struct store *, const char *url, const char *run,
    const struct kind *); /* NULL: nothing is staged */
void stage_clear(struct store *, const char *url, const char *run); /* it is committed */
void stage_discard(struct store *, const char *url, const char *run); /* it is not to be */

#endif
