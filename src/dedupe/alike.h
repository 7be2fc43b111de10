/*
 * alike - deals that look like one deal, entered twice.  dedupe(1) says what looks alike.
 *
 * Only deals of one account are compared, and of those each with at most ALIKE_NEAR that were
 * created before it, so that a million deals take seconds whatever they are.  Each is told once,
 * with the one it is most like.
 */
#ifndef ALIKE_H
#define ALIKE_H

#include "rec.h"
#include "rec_out.h"
#include "summary.h"

enum { ALIKE_NEAR = 64 };

struct alike_how {
	const char *account; /* the field that tells accounts apart */
	int within; /* days from the creation of one deal to that of the other */
};

void alike_tell(struct rec_in *, struct rec_out *, struct alike_how, struct summary *);

#endif
