/*
 * rec_buffer - lines on their way out, for rec alone: rec_out.c writes whole ones, rec_put.c
 * puts one together.
 *
 * [buffer, start) is whole lines, [start, end) the one being put together.  rec_room gives
 * the end, where `len` bytes may be put and TEXT_SLACK more.
 */
#ifndef REC_BUFFER_H
#define REC_BUFFER_H

#include "rec.h"
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
void rec_end_line(struct rec_out *);
_Noreturn void rec_too_long(const struct rec_out *);

/* Room for `len` bytes more in this line, and a few. */
static inline char *
rec_room(const struct rec_out *out, size_t len)
{
	if (len + (size_t)(out->end - out->start) > 2 * REC_MAX)
		rec_too_long(out);
	return out->end;
}

#endif
