/*
 * schema_verdict - what is wrong and where, for schema alone.
 *
 * A place is a chain up to the root of what is judged, or of the schema that is compiled; it
 * costs nothing until somebody wants it as text: an RFC 6901 pointer without its first slash.
 */
#ifndef SCHEMA_VERDICT_H
#define SCHEMA_VERDICT_H

#include "schema.h"

struct place {
	const struct place *up;
	const char *name; /* NULL: an element */
	size_t index;
};

struct verdict {
	struct fault *faults; /* the first `max` of `count` */
	size_t count, max;
};

void verdict_add(struct verdict *, const char *code, const char *reason, const struct place *);
size_t place_text(const struct place *, char *text, size_t max);

#endif
