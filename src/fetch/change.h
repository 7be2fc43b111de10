/*
 * change - what a source tells of its own history, as a stream of records of kind change.
 *
 * No two of a stream are of one deal, field and instant, which the store would refuse: the first
 * stays.  `at` is when, as the source writes it (dates.h); a day, or a time without a zone, is of
 * UTC, and what is no time at all is the time of this fetch.  NULL for the stream: nobody asked.
 */
#ifndef CHANGE_H
#define CHANGE_H

#include <jansson.h>

struct changes;

struct changes *change_begin(const char *path); /* whole or absent, as of rec_create() */
void change_end(struct changes *); /* or nobody knows if they were written; NULL too */

void change_deleted(struct changes *, const char *deal_id, const char *at);

/* old and new are borrowed; NULL and null: it was not there. */
void change_told(struct changes *, const char *deal_id, const char *field, const json_t *old,
    const json_t *new, const char *at);

#endif
