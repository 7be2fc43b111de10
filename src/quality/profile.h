/*
 * profile - what the deals of a night look like, counted while they pass.
 *
 * A column is a field of the deals, by its slot: how often it was what, apart for open and for
 * decided deals since many a field is about one of the two; an empty text counts as absent.
 * Values are counted of the fields that profile_watch names: up to VALUES_MOST of each, and with
 * one more it is too various to be watched.  So memory is bounded by 256 fields, and by the
 * values of those that are watched.
 */
#ifndef PROFILE_H
#define PROFILE_H

#include "rec.h"

enum { OPEN, DECIDED, GROUPS };
enum { TYPES = REC_OBJECT + 1, VALUES_MOST = 1000, NO_DAY = INT32_MIN };

struct column {
	uint64_t seen[GROUPS][TYPES];
	char *first[GROUPS][TYPES]; /* the id of the first deal in which it is so, or NULL */
};

struct profile;

struct profile *profile_new(struct rec_in *);
void profile_watch(struct profile *, const char *field);
void profile_date(struct profile *, const char *field); /* may be the newest */
void profile_begin(struct profile *); /* all is named */
void profile_add(struct profile *, const struct rec *);

uint64_t profile_deals(const struct profile *, size_t group); /* GROUPS: of all */
int32_t profile_newest(const struct profile *); /* day, or NO_DAY */
double profile_median(const struct profile *, uint64_t *of); /* of amounts above 0 */

size_t profile_columns(const struct profile *);
struct span profile_name(const struct profile *, size_t column);
const struct column *profile_column(const struct profile *, size_t column);
const struct column *profile_find(const struct profile *, const char *name); /* or NULL */
uint64_t column_filled(const struct column *, size_t group); /* GROUPS: of all */

/* The fields that are watched, and their values; both counts are 0 past the last one. */
size_t profile_watched(const struct profile *);
const char *profile_watched_name(const struct profile *, size_t watched);
bool profile_is_various(const struct profile *, size_t watched);
struct span profile_value(
    const struct profile *, size_t watched, size_t value, uint64_t counts[GROUPS]);

void profile_free(struct profile *);

#endif
