/*
 * ledger - every segment that was looked at on a day, and why it was told or not.
 */
#ifndef LEDGER_H
#define LEDGER_H

#include "episodes.h"

/* How many segments had deals enough to be tried that day (counted from 0). */
size_t ledger_tried(const struct company *, int32_t today);

/* Writes a record of each segment; to no file if path is NULL. */
void ledger_write(const char *path, const struct episodes *, int32_t today);

#endif
