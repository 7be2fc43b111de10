/*
 * reject - what was refused, where it stood, why, and its bytes as they came.
 *
 * The bytes are kept as `text`, or as `base64` where they are not UTF-8 or hold a NUL, so
 * that they can be had back bit for bit; past REJECT_KEPT of them `cut` says that some are
 * missing.  What a refusal does not know (0, NULL) its record does not say.
 *
 * A limit says how many refusals are too many: a share of what was read ("5%", "0.5%") or a
 * number ("20").  Just as many is not yet too many.
 */
#ifndef REJECT_H
#define REJECT_H

#include <stdint.h>
#include "span.h"

enum { REJECT_KEPT = 128 << 10 };

struct rec_out;

struct reject {
	const char *stage; /* fetch, validate */
	struct span source;
	int64_t line, offset, byte; /* of the source; byte: where in the line it went wrong */
	const char *code, *field, *reason;
	const char *const *also; /* codes of what else is wrong, NULL ends; or NULL */
	struct span bytes;
};

void reject_write(struct rec_out *, const struct reject *); /* NULL out: nowhere */

struct reject_limit {
	bool share;
	int64_t amount; /* in ten-thousandths, of a percent or of one */
};

bool reject_limit_read(const char *text, struct reject_limit *);
bool reject_too_many(struct reject_limit, uint64_t rejected, uint64_t in);

#endif
