/*
 * storm - how much may go at once: past so many messages in so many minutes a reader gets one
 * summary, what is left waits until the minutes are over, and ops are told, once.
 */
#ifndef STORM_H
#define STORM_H

#include "office.h"

int64_t storm_seconds(const struct office *);
uint64_t storm_left(const struct office *, uint32_t reader); /* messages, before it is one */
int64_t storm_until(const struct office *, uint32_t reader); /* 0: he got no summary yet */
void storm_note(struct office *, uint32_t reader); /* there is one */
void storm_tell(struct office *);

#endif
