/*
 * night - what is judged of one night of one source, and the quality records it gives.
 *
 * night_tell takes a verdict over and makes a record of it (schemas/quality.json).  A verdict
 * whose value is past a limit has that level: past is more, or less where `falls`; where it is
 * not `judged` it is ok whatever its value.  worst is the first record of level error.
 */
#ifndef NIGHT_H
#define NIGHT_H

#include "checks.h"
#include "earlier.h"
#include "profile.h"
#include "stages.h"

struct night {
	const struct checks *checks;
	const struct profile *profile;
	const struct earlier *earlier;
	const struct stages *stages;
	const struct map *map; /* or NULL */
	const struct aliases *aliases; /* or NULL */
	const char *source;
	int32_t day;
	bool increment; /* only what changed comes */
	json_t *records;
	const json_t *worst;
	bool worst_falls; /* it is less than the limit */
	size_t warnings, errors;
};

struct verdict {
	const char *rule, *field; /* NULL field: it is about all */
	double value; /* NAN: there is none */
	struct limits limits;
	bool falls, judged;
	char *reason; /* to free() */
	json_t *sample; /* a list, or NULL */
	json_t *state; /* more members, for nights to come; or NULL */
};

void night_tell(struct night *, struct verdict);
bool night_is_recent(const struct night *, int32_t day); /* to be told of as new, or gone */
json_t *day_json(int32_t day);
int32_t day_of(const json_t *record, const char *name); /* or NO_DAY */
double rounded(double); /* to four digits past the point, as records have them */

/* The rules, each with its part of checks.json, and not called where that is off. */
typedef void judge(struct night *, const json_t *rule);
judge judge_freshness, judge_volume, judge_duplicates, judge_rejects, judge_reject_codes;
judge judge_completeness, judge_values, judge_amount;
void judge_fields(struct night *); /* field_new, field_gone, field_type, and what is kept */

void night_judge(struct night *);

#endif
