/*
 * known - a fingerprint of all that the replay rests on, up to a day.
 *
 * Of deals recorded before it everything counts; of those that were open then only what was
 * looked at: when they began and the values of their dimensions, but for the rep, and with
 * min_pipeline in the rules the rep and the amount too.  So what an open deal becomes later
 * changes nothing, and the edit of an old one does.  What numbers stand for counts as well
 * (values, segments), the rules, and the program itself.
 */
#ifndef KNOWN_H
#define KNOWN_H

#include "fingerprint.h"
#include "watch.h"

struct fingerprint known_before(const struct watch *, int32_t day); /* from 0 */

#endif
