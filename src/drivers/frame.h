/*
 * frame - two periods side by side, counted by kind of deal.
 *
 * A kind is a choice of values in all dimensions of the frame: those asked for, less what the
 * question's segment fixes.  Kinds stand in an order that only their codes decide, so that
 * sums over them do not depend on the order of the deals.
 */
#ifndef FRAME_H
#define FRAME_H

#include "question.h"

enum { BEFORE, AFTER, PERIODS };

struct counts {
	double n[PERIODS], won[PERIODS];
};

struct frame {
	const struct deals *deals;
	size_t dims, kinds;
	size_t *dim; /* the deals' fields */
	uint32_t *codes; /* dims of them each */
	struct counts *count; /* by kind */
	struct counts total;
};

void frame_make(
    struct frame *, const struct deals *, const struct question *, size_t dimensions);
void frame_by_value(const struct frame *, size_t dim, struct counts *by_code);
size_t frame_values(const struct frame *, size_t dim); /* that of no value too */
const char *frame_value(const struct frame *, size_t dim, uint32_t code); /* or NULL */
const char *frame_name(const struct frame *, size_t dim);
void frame_release(struct frame *);

#endif
