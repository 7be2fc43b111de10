/*
 * lots - which deals of a period are won, drawn anew.
 *
 * Each decided deal enters with its period; then lots_draw() gives the wins of a period to
 * as many of its deals, each choice equally likely: those whose ids, hashed with the seed, come
 * first.  So the order in which deals came does not matter.
 */
#ifndef LOTS_H
#define LOTS_H

#include <stdbool.h>
#include <stdint.h>
#include "span.h"

struct lots;

struct lots *lots_new(uint64_t seed);
void lots_enter(struct lots *, int32_t period, struct span deal_id, bool won);
void lots_draw(struct lots *);
bool lots_won(const struct lots *, uint64_t entry); /* counted from 0, as they entered */
void lots_free(struct lots *);

#endif
