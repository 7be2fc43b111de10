/*
 * json - setting the members of an object, or the end of the program (71).
 */
#ifndef JSON_H
#define JSON_H

#include <jansson.h>
#include <stdint.h>
#include "frame.h"

void set(json_t *object, const char *name, json_t *value); /* takes it */
void set_text(json_t *, const char *name, const char *text); /* NULL: null */
void set_count(json_t *, const char *name, double count);
void set_real(json_t *, const char *name, double value, int places);
void set_wilson(json_t *, const char *low, const char *high, double won, double n);
json_t *json_period(struct period, const struct counts *, int period);
void append(json_t *list, json_t *value); /* takes it */

#endif
