/*
 * paid - by what rate the amounts of deals were converted, as resolve wrote it into them; 24
 * bytes a deal.
 */
#ifndef PAID_H
#define PAID_H

#include <stdint.h>
#include "span.h"

struct paid;

struct paid *paid_read(const char *path);
int64_t paid_rate(const struct paid *, struct span deal_id); /* 0: it was not */
void paid_free(struct paid *); /* or NULL */

#endif
