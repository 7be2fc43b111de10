/*
 * kinds - the kinds of event that are graded, each with how long after its end an alert of it
 * is still about it, and the kind its recovery looks like.
 */
#ifndef KINDS_H
#define KINDS_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

/* clang-format off */
enum kind { WIN_RATE_DROP, WIN_RATE_RISE, VOLUME_DROP, CYCLE_SLOWDOWN, MIX_SHIFT, BULK_CLOSE,
	KINDS, NO_KIND };
/* clang-format on */

extern const char *const kind_names[KINDS];

enum kind kind_named(const char *name); /* or NO_KIND */
enum kind kind_of_alert(const json_t *alert); /* or NO_KIND: it is not graded */
enum kind kind_opposite(enum kind); /* or NO_KIND */
int32_t kind_grace(enum kind, bool created); /* days; created: an event of deals created then */

#endif
