/*
 * rec_buffer - lines on their way out, for rec alone: rec_out.c writes whole ones, rec_put.c
 * puts one together.
 *
 * [buffer, start) is whole lines, [start, end) the one being put together.  rec_room gives
 * the end, where `len` bytes may be put and TEXT_SLACK more.
 *
 * Lines that pass as they came are not copied: they wait where they came in, one span for all
 * that stand side by side, until rec_settle writes them, which rec_in.c asks for before it
 * reads on.  While spans wait the buffer is empty; while it is not, lines are copied to it.
 */
#ifndef REC_BUFFER_H
#define REC_BUFFER_H

#include <sys/uio.h>
#include "rec.h"
#include "rec_out.h"

enum { SPANS = 512 }; /* that wait at a time */

struct rec_out {
	int fd;
	const char *name;
	char *draft; /* what it is written as until it is whole; NULL: in place */
	bool first; /* the next field needs no comma */
	bool based; /* on a record, which may have the field already */
	char *buffer, *start, *end;
	const struct rec_in *source; /* whose lines may wait where they are, or NULL */
	struct iovec span[SPANS];
	int waiting;
};

void rec_new_line(struct rec_out *);
void rec_end_line(struct rec_out *);
void rec_settle(struct rec_out *);
bool rec_holds(const struct rec_in *, const char *at); /* in its buffer */
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
