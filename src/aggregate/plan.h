/*
 * plan - by what deals are to be grouped, as asked on the command line.
 *
 * plan_by("region,industry") groups by a set of fields, plan_by("all") not at all, plan_pairs()
 * by nothing, each field and each pair of fields.
 */
#ifndef PLAN_H
#define PLAN_H

#include "cube.h"

void plan_by(struct cube *, const char *fields);
void plan_pairs(struct cube *, const char *const *fields, size_t count);
bool plan_names(const char *fields, const char *field); /* whether it is one of them */

#endif
