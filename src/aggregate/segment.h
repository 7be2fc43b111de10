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

struct condition {
	const char *name;
	struct span word;
};

struct segment {
	char *text, *json;
};

struct segment segment_of(struct condition *, size_t count); /* puts them in order */
int segment_order(const struct segment *, const struct segment *); /* as strcmp */
void segment_release(struct segment *);

#endif
