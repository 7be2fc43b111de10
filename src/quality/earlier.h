/*
 * earlier - what the quality records of earlier nights say of the same source.
 *
 * Records of other sources, of days after the night's, and of nights that were not stored are passed
 * over; so are those of its own
 * day, or a run told twice would not say the same, unless only what changed comes (increment):
 * then an earlier run of the day is part of it.  earlier_latest is the newest record of that rule
 * and field, which carries on what was known; a night is one record of a rule about all deals.
 */
#ifndef EARLIER_H
#define EARLIER_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

struct earlier;

struct night_before {
	int32_t day;
	double count; /* of deals, or whatever else is called so there */
	double median; /* of amounts */
};

struct earlier *earlier_read(
    const char *path, const char *source, int32_t day, bool increment); /* NULL: none */
bool earlier_any(const struct earlier *);
const json_t *earlier_latest(
    const struct earlier *, const char *rule, const char *field); /* or NULL */
const json_t *earlier_fields(const struct earlier *, const char *rule); /* by field; or NULL */
const json_t *earlier_amiss(
    const struct earlier *); /* by rule, by field: told of the day itself */
size_t earlier_nights(
    const struct earlier *, const char *rule, const struct night_before **nights); /* by day */
void earlier_free(struct earlier *);

#endif
