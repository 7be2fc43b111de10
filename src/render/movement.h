/*
 * movement - how the open pipeline of a period became that of the next, from measures.
 *
 * movements_put() adds to the view of pipeline.h, of the last two periods:
 *
 *	movements       {title, periods: {days}, rows: {name, cells: {amount, deals}}, raw: the
 *	                measure of the newest period}: of all open deals, and of those that were
 *	                to close in the period
 *	sentence        the same of all in one sentence
 *
 * The others read a measure: "" and 0 for what it has not got.  Texts are to be freed.
 */
#ifndef MOVEMENT_H
#define MOVEMENT_H

#include <jansson.h>
#include <stdbool.h>

void movements_put(json_t *view, const json_t *measures);

const char *measure_text(const json_t *, const char *name);
double measure_number(const json_t *, const char *name);
bool measure_is(const json_t *, const char *name, const char *text);
char *measure_amount(const json_t *, const char *name); /* "−$2.4M" */
char *measure_days(const json_t *); /* "1–7 April 2024" */

void pipeline_add(json_t *list, json_t *value); /* takes it */

#endif
