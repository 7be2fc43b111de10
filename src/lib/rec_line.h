/*
 * rec_line - reading one line, for rec alone.  A line ends in a newline; nobody looks past.
 *
 * line_scan takes the lines most streams are made of: plain numbers, no escape where a text
 * is wanted, little in nested values.  It refuses the others, and line_parse has jansson read
 * those.  What both take they show alike (tests/rec.c), whoever read it.
 *
 * line_scan foresees the keys: records of a stream tend to have one shape, so the key is
 * compared with the one that stood there last time, and only searched for if it differs.
 *
 * line_member gives the place after the member at p of a good line, or NULL at the end.
 */
#ifndef REC_LINE_H
#define REC_LINE_H

#include "rec.h"

enum { SHAPE_MAX = 256, KEY_MAX = 120, NO_SLOT = -1 };

struct key {
	char text[KEY_MAX + 8]; /* "name": with quotes and colon, then zeros */
	size_t len;
	int slot;
	size_t met; /* the last line that had it */
};

struct shape {
	bool trusted; /* nobody needs to know what follows the last wanted field */
	size_t wanted;
	struct span *wants; /* by slot */
	size_t count;
	struct key keys[SHAPE_MAX];
};

int shape_slot(const struct shape *, struct span name);

/* Both fill rec->fields; if the line is wrong, line_scan gives NULL and line_parse says so. */
const char *line_scan(struct shape *, const char *line, struct rec *);
json_t *line_parse(const struct shape *, struct rec *);

struct member {
	struct span name; /* as it is written, between its quotes */
	struct span value; /* as it is written */
};
const char *line_member(const char *p, struct member *);
const char *after_string(const char *quote); /* the byte after, of a good one */

#endif
