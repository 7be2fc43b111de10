/*
 * out - writing measures: {"kind":"measure","v":1,"metric",...}.
 *
 * out_begin .. out_end is one record.  Reals are rounded to six decimals, since digits beyond
 * would only differ from machine to machine; money is exact.  A real that is none is left out.
 */
#ifndef OUT_H
#define OUT_H

#include <stdint.h>
#include "periods.h"
#include "rec_out.h"
#include "stats.h"

struct out {
	struct rec_out *to;
	const char *currency; /* or NULL */
	const char *segment; /* as JSON */
	uint64_t written;
};

void out_begin(struct out *, const char *metric, const struct period *);
void out_text(struct out *, const char *name, const char *text);
void out_day(struct out *, const char *name, int32_t day);
void out_real(struct out *, const char *name, double);
void out_count(struct out *, const char *name, int64_t);
void out_money(struct out *, const char *name, int64_t);
void out_units(struct out *, const char *name, double); /* an estimate of money, to the cent */
void out_value(struct out *, double value, struct interval, double n);
void out_end(struct out *);

#endif
