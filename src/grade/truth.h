/*
 * truth - what was planted: the events that alerts are held to.
 *
 *	{"scored_from": DAY, "last_day": DAY, "events": [{"id", "kind", "segment": {},
 *	    "start": DAY, "end": DAY, "basis": "closed"|"created", "oracle_z", "amount"}...]}
 *
 * Without scored_from it is first_day.  Events of kinds that are not graded are left out; a file
 * that is wrong ends the program (78) with its line.
 */
#ifndef TRUTH_H
#define TRUTH_H

#include "kinds.h"

enum { NEVER = INT32_MIN };

struct event {
	enum kind kind;
	const json_t *segment;
	int32_t start, end, live; /* live: the last day on which an alert is about it */
	bool detectable; /* by who knows segment, start and end */
	double amount; /* of the deals at stake; 0 if nobody knows */
	int32_t exact, any; /* the day of the first alert that names it; or nearly; or NEVER */
};

struct truth {
	struct conf *conf;
	struct event *events;
	size_t count;
	int32_t from, to;
};

void truth_read(struct truth *, const char *path);
void truth_limit(struct truth *, int32_t from, int32_t to); /* leaves out what lives outside */
void truth_weigh(struct truth *, const char *deals); /* amounts, from the deals */
void truth_release(struct truth *);

#endif
