/*
 * segment - the names a segment goes by.
 *
 * Its text is canonical, "product_type=Pro,region=Europe", with its dimensions in
 * alphabetical order and "" for the whole; its JSON is the object of the same conditions.
 */
#ifndef SEGMENT_H
#define SEGMENT_H

#include <stddef.h>
#include "span.h"

struct segment {
	char *text, *json;
};

struct segment segment_of(const struct span *names, const struct span *words, size_t count);
int segment_order(const struct segment *, const struct segment *); /* as strcmp */
void segment_release(struct segment *);

#endif
