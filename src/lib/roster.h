/*
 * roster - roster.json: who the reps are, and whose team they were in from when to when.
 *
 *	[{"rep": "rep_05", "name": "Ann Lee", "manager": "kim", "team": "East", "to": "2024-03-31"},
 *	 {"rep": "rep_05", "manager": "lou", "team": "West", "from": "2024-04-01"}]
 *
 * A row is a post: from its first day to its last, both included; without them since ever, or
 * still.  Posts of one rep may not overlap (78, with the line).  Who has left has only posts
 * that ended; whatever is asked of a day after it is answered by the last of them.  Texts live
 * as long as the roster; NULL is a roster that knows nobody.
 */
#ifndef ROSTER_H
#define ROSTER_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include "span.h"

struct roster;

struct post {
	const char *rep, *name, *manager, *team; /* NULL where the row does not say */
	int32_t from, to; /* INT32_MIN: since ever; INT32_MAX: still */
};

struct roster *roster_load(const char *path); /* NULL, or an empty list: nobody */
void roster_free(struct roster *);

bool roster_knows(const struct roster *, struct span rep);
const struct post *roster_post(
    const struct roster *, struct span rep, int32_t day); /* or NULL */

/* The last day of a rep who has left by then; INT32_MAX: he has not, or nobody knows him. */
int32_t roster_left(const struct roster *, struct span rep, int32_t day);

/* Who manages each rep that day, or did last, into an object: rep: manager. */
void roster_reporting(const struct roster *, int32_t day, json_t *reporting);

/* Gives the company the names of reps to show, where its own "display" says none. */
void roster_show(const struct roster *, json_t *company);

#endif
