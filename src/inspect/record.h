/*
 * record - fields put into a new record, rounded so that machines agree on them.
 */
#ifndef RECORD_H
#define RECORD_H

#include <jansson.h>
#include <stdint.h>

void set(json_t *object, const char *name, json_t *value); /* takes the value */
void set_text(json_t *object, const char *name, const char *text);
void set_count(json_t *object, const char *name, size_t count);
void set_real(json_t *object, const char *name, double value, int places);
void set_day(json_t *object, const char *name, int32_t day);
void set_money(json_t *object, const char *name, int64_t amount);

/* Adds a text to a list; takes it. */
void add_text(json_t *list, char *text);
char *day_text(int32_t day); /* free() it */

#endif
