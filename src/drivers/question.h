/*
 * question - which two periods of which deals are to be compared.
 *
 * A segment is a set of conditions, at most CONDITIONS of them; a condition without a value
 * asks for deals that have none.  question_condition() reads them as a segment's canonical
 * text has them ("product_type=Pro,region=Europe", "\" before what would end a name or a
 * value); what cannot be read ends the program (64).
 */
#ifndef QUESTION_H
#define QUESTION_H

#include "deals.h"

enum { CONDITIONS = 8, YEAR = 365 };

struct period {
	int32_t from, to; /* both are in it */
};

struct condition {
	char *field, *value; /* value NULL: none */
};

struct question {
	struct period before, after;
	enum clock clock;
	int32_t known; /* only what was recorded by that day */
	int direction; /* of the shift that is looked for: -1, 1, or 0: either */
	size_t conditions;
	struct condition condition[CONDITIONS];
};

struct period question_period(const char *text); /* FROM..TO, or the end (64) */
void question_conditions(struct question *, const char *text);

/* After: that many days up to the last; before: the year that ends there. */
void question_window(struct question *, int32_t last, int32_t days);
void question_release(struct question *);

#endif
