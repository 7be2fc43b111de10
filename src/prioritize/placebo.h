/*
 * placebo - how often an alert of a type is false, as runs on shuffled outcomes showed.
 *
 * The file is what `saleswatch placebo` printed.  It speaks of the types that outcomes make, and
 * not of the whole company, since a shuffle leaves all else as it was.
 */
#ifndef PLACEBO_H
#define PLACEBO_H

#include <jansson.h>

json_t *placebo_read(const char *path); /* its last record on all copies; none: 65 */
/* {"per_week", "low", "high", "copies"} of such a finding; NULL: nothing is known of it */
json_t *placebo_of(const json_t *placebo, const char *type, const json_t *segment);

#endif
