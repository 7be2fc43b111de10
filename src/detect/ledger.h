/*
 * ledger - every segment that was looked at on a day, and why it was told or not.
 */
#ifndef LEDGER_H
#define LEDGER_H

#include "incidents.h"

/* Writes a record of each segment; to no file if path is NULL. */
void ledger_write(const char *path, struct incidents *, int32_t today);

#endif
