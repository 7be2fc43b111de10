/*
 * why - findings about win rates, each with what drove it: its window against the year before
 * that window, in its segment, by its clock, as it was known on its date.
 *
 * The records of the file pass in their order; other findings, and those that have no deals in
 * one of the periods, as they came.  A finding of a segment whose field is no dimension of
 * ours, or that lacks what it must have, ends the program (65, naming the line).
 */
#ifndef WHY_H
#define WHY_H

#include "question.h"

struct rec_out;

size_t why_write(
    struct rec_out *, const char *findings, const struct deals *, size_t dimensions);

#endif
