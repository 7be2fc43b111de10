/*
 * noise - how much win rates vary from month to month beyond chance, by family.
 *
 * From up to 24 blocks of 28 days: the variance, in logits, of a block's mean that makes the
 * squares of what is left of each block as large as they are, a few wild ones cut short.  All
 * but the company's count by .7; a pair's is hardly more than those of its two dimensions.
 */
#ifndef NOISE_H
#define NOISE_H

#include "company.h"

enum { NOISE_DAYS = 28 };
#define NOISE_PRIOR .004

void noise_measure(struct company *, int32_t until); /* of the days before */

#endif
