/*
 * history - the incidents that were told, as records: what a replay of the deals gives.
 */
#ifndef HISTORY_H
#define HISTORY_H

#include "incidents.h"

const char *history_type(const struct incident *);
void history_write(const char *path, const struct incidents *); /* to no file if it is NULL */

#endif
