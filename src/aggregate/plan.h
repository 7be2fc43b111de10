/*
 * plan - by what deals are to be grouped, as asked on the command line.
 *
 * plan_by("region,industry") groups by a set of fields, plan_by("all") not at all, plan_pairs()
 * by nothing, each field of a map and each pair of them.  What cannot be done ends the program:
 * 64, or 78 if it is the map that has too many.
 */
#ifndef PLAN_H
#define PLAN_H

#include "cube.h"

void plan_by(struct cube *, const char *fields);
void plan_pairs(struct cube *, const char *map, const char *const *fields, size_t count);
bool plan_names(const char *fields, const char *field); /* whether it is one of them */

#endif
