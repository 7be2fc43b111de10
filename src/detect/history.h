/*
 * history - the incidents that were told, as records: what a replay of the deals gives.
 */
#ifndef HISTORY_H
#define HISTORY_H

#include "aliases.h"
#include "incidents.h"

const char *history_type(const struct incident *);

/* To no file if the path is NULL; their ids are made of the oldest names of their segments. */
void history_write(const char *path, const struct incidents *, const struct aliases *);

#endif
