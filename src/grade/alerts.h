/*
 * alerts - what was told, in order of days; repeats are one alert, the first.
 *
 * A repeat has the type and the segment of one at most 28 days before it, itself a repeat or
 * not.  Records without a type that can be graded or counted are passed over.
 */
#ifndef ALERTS_H
#define ALERTS_H

#include "truth.h"

struct rec_in;

enum label { EXACT, NESTED, MISATTRIBUTED, FALSE, NEUTRAL, LABELS };

struct alert {
	enum kind kind; /* NO_KIND: counted by its type alone */
	int32_t day;
	int copy; /* of a placebo; else 0 */
	char *type, *about; /* its type, and what makes it the same as another */
	json_t *segment;
	size_t number; /* in order of arrival */
	bool repeat;
	enum label label;
};

struct alerts {
	struct alert *list;
	size_t count, room, read;
};

void alerts_read(struct alerts *, struct rec_in *);
void alerts_limit(struct alerts *, int32_t from, int32_t to); /* and finds the repeats */
void alerts_judge(struct alerts *, struct truth *); /* labels, and what was found when */
void alerts_release(struct alerts *);

#endif
