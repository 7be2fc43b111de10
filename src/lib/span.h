/*
 * span - a piece of text that belongs to somebody else: a place and a length.
 *
 * No NUL at its end is promised.  span("x") costs nothing for a literal.
 */
#ifndef SPAN_H
#define SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct span {
	const char *at;
	size_t len;
};

static inline struct span span(const char *text)
{
	return (struct span){ text, strlen(text) };
}

static inline bool
span_equal(struct span a, struct span b)
{
	return a.len == b.len && memcmp(a.at, b.at, a.len) == 0;
}

/* Negative, 0 or positive, by the bytes; of two that begin alike the shorter is first. */
static inline int
span_order(struct span a, struct span b)
{
	int order = memcmp(a.at, b.at, a.len < b.len ? a.len : b.len);

	return order != 0 ? order : (a.len > b.len) - (a.len < b.len);
}

static inline bool
span_is(struct span a, const char *text)
{
	return span_equal(a, span(text));
}

#endif
