/*
 * segment - the canonical text of a segment: what it is called in tables, keys and hashes.
 *
 * The conditions in order of their names, "product_type=Pro,region=Europe"; the whole company
 * is "".  A comma, an equals sign or a backslash inside a name or a value has a backslash
 * before it, so that unlike segments never read alike.  Values that are no text stand as
 * their JSON.
 *
 * segment_within: every condition of the whole is one of the part; the company holds all.
 */
#ifndef SEGMENT_H
#define SEGMENT_H

#include <jansson.h>
#include <stdbool.h>

char *segment_text(const json_t *segment); /* free() it; an absent segment is the company */
bool segment_within(const json_t *part, const json_t *whole);

#endif
