/*
 * store_stage - what is staged in a store that is no file, which has no folder beside it.
 *
 * The stream of a stage is kept as it is, and comes back as an unnamed file, at its start.
 */
#ifndef STORE_STAGE_H
#define STORE_STAGE_H

#include "store.h"

/* In the place of an earlier one; a transaction of its own. */
void store_stage_put(struct store *, const char *run, const char *kind, int fd);
int store_stage_open(struct store *, const char *run, const char *kind); /* below 0: none */
void store_stage_clear(struct store *, const char *run); /* of every kind */

#endif
