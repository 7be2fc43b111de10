/*
 * missed - what the reference data lack: told at the end, a line each, whatever the number of
 * deals.  A name is noted with the day it was asked for; missed_tell() writes
 * "FILE: WHAT: A (3 deals, from 2024-01-02), B (...)", the first few in order of arrival.
 */
#ifndef MISSED_H
#define MISSED_H

#include <stdint.h>
#include "span.h"

struct missed;

struct missed *missed_new(void);
void missed_add(struct missed *, struct span name, int32_t day);
void missed_tell(const struct missed *, const char *path, const char *what);
void missed_free(struct missed *);

#endif
