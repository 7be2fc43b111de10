/*
 * stages - which stages each deal went through, and the order stages have.
 *
 * A visit is a deal in a stage from a day on, until the next visit, the day it closed or, if
 * neither has come, further.  Visits come from a stage history (deal_id, stage,
 * entered_date), which says all, or else from the changes of `stage`: then the history begins
 * with the first change in the file, and a deal created since was in its first stage from
 * that day; of a deal created before only what was seen is counted.
 *
 * The order is the one given, or that of the majority: of two stages the earlier is the one
 * that more deals were in first, and a stage has as many places before it as stages are
 * earlier.  A stage that most enter on the day they close, or later, is none but the end.
 */
#ifndef STAGES_H
#define STAGES_H

#include <jansson.h>
#include "deals.h"

enum { STAGES_MAX = 64 };

struct visit {
	uint32_t deal, stage; /* stage: its place in the order */
	int64_t time; /* microseconds, or days where only those are known */
	int32_t day;
};

struct stages {
	size_t count; /* in the order, without those that are an end */
	const char *name[STAGES_MAX];
	struct visit *visits; /* by deal and time; no two of a deal in turn in one stage */
	size_t visit_count;
	size_t *first; /* by deal; first[deal + 1] is its end */
};

/* A path may be NULL; the order is an array of names or NULL. */
void stages_read(
    struct stages *, struct deals *, const char *path, const json_t *order, int32_t as_of);
void stages_release(struct stages *);

#endif
