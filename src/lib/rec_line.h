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

#include "block.h"
#include "rec.h"

enum { SHAPE_MAX = 256, KEY_MAX = 120, KEY_GLANCE = 2 * BLOCK, NO_SLOT = -1 };

struct key {
	size_t len; /* 0: not learnt yet */
	uint32_t ignored; /* of KEY_GLANCE bytes those that come after it */
	size_t slot; /* of what nobody wants, the one past the others */
	bool wanted;
	size_t met; /* the last line that had it */
	char text[KEY_MAX + KEY_GLANCE]; /* "name": with quotes and colon, then zeros */
};

struct shape {
	bool trusted; /* nobody needs to know what follows the last wanted field */
	bool all; /* what nobody named gets a slot when it is met */
	size_t wanted, named; /* named: of them, before the first line */
	struct span *wants; /* by slot */
	struct rec_field *absent; /* each of them */
	size_t count;
	struct key keys[SHAPE_MAX + 1]; /* and one that is none */
};

int shape_slot(const struct shape *, struct span name);
size_t shape_want(struct shape *, struct span name); /* its slot; before the first line */
int shape_meet(struct shape *, struct span name); /* its slot, if there is one, or can be */
void shape_release(struct shape *);

size_t shape_fields(const struct shape *); /* with the one for what nobody wants */
void shape_clear(const struct shape *, struct rec_field *); /* as if a line had none */

/* Both fill rec->fields; if the line is wrong, line_scan gives NULL and line_parse says so. */
const char *line_scan(struct shape *, const char *line, struct rec *);
json_t *line_parse(struct shape *, struct rec *);

struct member {
	struct span name; /* as it is written, between its quotes */
	struct span value; /* as it is written */
};
const char *line_member(const char *p, struct member *);
const char *after_string(const char *quote); /* the byte after, of a good one */

#endif
