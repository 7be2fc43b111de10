/*
 * convert - what a map says of a cell, done to it.
 *
 * A value's text is the cell, and then what becomes of it.  A converter gives false, with a
 * code and a reason, if that cannot be; convert_how() gives the one for a field, or NULL if
 * its cells pass as they are.
 */
#ifndef CONVERT_H
#define CONVERT_H

#include "map.h"
#include "spelling.h"

enum { VALUE_MAX = 64 };

struct value {
	struct span text; /* empty: the field is not there */
	enum value_kind { VALUE_TEXT, VALUE_PLAIN, VALUE_NUMBER } kind; /* plain: no escapes */
	bool repaired;
	char own[VALUE_MAX]; /* what was converted stands here */
	const char *code;
	char reason[120];
};

struct output;
typedef bool converter(const struct output *, struct value *);

struct output {
	size_t column;
	struct span key, name; /* the name also as rec_key makes it */
	const struct map *map;
	const struct map_field *field; /* NULL: the cell as it is */
	struct spelling *spelling;
	converter *convert;
};

converter *convert_how(const struct map_field *, const struct spelling *);

#endif
