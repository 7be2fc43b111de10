/*
 * store_doc - the fields of a record that is kept, as the bytes they are.
 *
 * For lines that are known to be one JSON object, read or kept by us: nothing is checked
 * here, names and values are compared as they are written.
 */
#ifndef STORE_DOC_H
#define STORE_DOC_H

#include "span.h"

struct doc_field {
	struct span name; /* without its quotes */
	struct span value; /* with them */
	struct span whole; /* name and value */
};

/* The field at or after `place`, which then moves on; NULL begins.  False: there is no more. */
bool doc_next(struct span doc, const char **place, struct doc_field *);
struct span doc_value(struct span doc, struct span name); /* at NULL: it has none */

/* Written to `to`, which has room for doc.len bytes: the doc less those fields and less the
 * blanks after it.  The length. */
size_t doc_without(struct span doc, const char *const *names, char *to); /* NULL ends names */

/* A copy of the doc with one field more at its end, if there is a value; free() it. */
struct span doc_with(struct span doc, struct span name, struct span value);

#endif
