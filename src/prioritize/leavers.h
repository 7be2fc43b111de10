/*
 * leavers - reps who have left: nobody is told to coach them.
 *
 * leavers_mark() gives each of the finding's `reps` who has left by its date the last day, as
 * `left`, so that no action names them.  A finding about one alone is for nobody: then it
 * gives the reason, to free(), else NULL.
 */
#ifndef LEAVERS_H
#define LEAVERS_H

#include "roster.h"

char *leavers_mark(const struct roster *, json_t *finding);

#endif
