/*
 * reject - what was refused, where it stood, why, and its bytes as they came.
 *
 * The bytes are kept as `text`, or as `base64` where they are not UTF-8 or hold a NUL, so
 * that they can be had back bit for bit; past REJECT_KEPT of them `cut` says that some are
 * missing.  What a refusal does not know (0, NULL) its record does not say.
 *
 * A limit says how many refusals are too many: a share of what was read ("5%", "0.5%") or a
 * number ("20").  Just as many is not yet too many.
 *
 * A tally counts refusals by their codes, which must outlive it; reject_tally_release() frees
 * what it holds.  reject_judge() tells them, the commonest first, unless they are `kept` and
 * few enough; too many end the program (65).
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
	const char *text;
	bool share;
	int64_t amount; /* in ten-thousandths, of a percent or of one */
};

struct reject_limit reject_limit(const char *text); /* one that is none is misuse (64) */

struct reject_tally {
	size_t codes;
	struct reject_count {
		const char *code;
		uint64_t count;
	} * counts;
};

void reject_count(struct reject_tally *, const char *code, uint64_t times);
void reject_judge(const struct reject_tally *, struct reject_limit, uint64_t in, bool kept);
void reject_tally_release(struct reject_tally *);

#endif
