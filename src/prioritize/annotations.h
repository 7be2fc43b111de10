/*
 * annotations - what people know of a time: prices changed, a region was reorganised.
 *
 *	[{"from": "2024-03-01", "to": "2024-03-10", "segment": {"region": "EMEA"},
 *	    "text": "prices changed"}, ...]
 *
 * An alert's time is from the first day of its window, or the day it opened if that is earlier,
 * to its date.  An annotation is of an alert where the two times share a day, and one of the
 * two segments is a part of the other; without a segment it is of the whole company.  A segment of
 * old names is that of today's.
 */
#ifndef ANNOTATIONS_H
#define ANNOTATIONS_H

#include "aliases.h"

struct annotations;

struct annotations *annotations_load(const char *path, const struct aliases *);

/* Gives the alert, or finding, its list `annotations`, as they stand in the file; or none. */
void annotations_add(const struct annotations *, json_t *alert);
void annotations_free(struct annotations *); /* or NULL */

#endif
