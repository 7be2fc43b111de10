/*
 * rec_buffer - lines on their way out, for rec alone: rec_out.c writes whole ones, rec_put.c
 * puts one together.
 *
 * [buffer, start) is whole lines, [start, end) the one being put together.  rec_room gives
 * the end, where `len` bytes may be put and TEXT_SLACK more.
 */
#ifndef REC_BUFFER_H
#define REC_BUFFER_H

#include "rec_out.h"

struct rec_out {
	int fd;
	const char *name;
	char *draft; /* what it is written as until it is whole; NULL: in place */
	bool first; /* the next field needs no comma */
	bool based; /* on a record, which may have the field already */
	char *buffer, *start, *end;
};

void rec_new_line(struct rec_out *);
char *rec_room(struct rec_out *, size_t len);
void rec_end_line(struct rec_out *);

#endif
