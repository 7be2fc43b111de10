/*
 * history - the alerts people were given before, and whether a finding is news to them.
 *
 * An incident is a type, a metric if it has one, a segment and a direction; alerts of one incident that began within
 * `days` of each other are the same alert, whatever their ids.  Only alerts of earlier days
 * count, so that a day done twice is done alike, and none that was held back: nobody heard it.
 */
#ifndef HISTORY_H
#define HISTORY_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

struct history;

struct history *history_new(void);
void history_read(struct history *, const char *path);
void history_add(struct history *, json_t *alert);
const json_t *history_last(
    const struct history *, const json_t *finding, int32_t days); /* NULL: never */

/* Of each incident and opening the last alert, in order of their ids: an array, a new reference. */
json_t *history_standing(const struct history *);
bool history_near(const json_t *one, const json_t *other, int32_t days); /* opened so near */
void history_free(struct history *);

char *history_incident(const json_t *finding); /* its type, segment and direction; free() it */

#endif
