/*
 * notice - an event as the record that others read; what only one kind has is set after it.
 */
#ifndef NOTICE_H
#define NOTICE_H

#include <jansson.h>
#include "event.h"

enum { NOTICE_DEALS = 20 };

/* What all kinds have; the caller owns it. */
json_t *notice_make(
    const struct events *, const struct event *, const struct look *, int32_t today);
void notice_set(json_t *, const char *name, json_t *value);
void notice_real(json_t *, const char *name, double value, int places);
void notice_count(json_t *, const char *name, double count);
void notice_money(json_t *, const char *name, int64_t amount);
void notice_write(struct rec_out *, json_t *); /* and frees it */

#endif
