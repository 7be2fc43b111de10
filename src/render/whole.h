/*
 * whole - all that came in as one thing: --as.
 */
#ifndef WHOLE_H
#define WHOLE_H

#include "rec.h"
#include "report.h"
#include "shop.h"
#include "summary.h"

void whole_known(const char *as); /* a format nobody knows ends the program (64) */

/* The sources are those of a report, if none is given and the format is made of one. */
void whole_write(struct shop *, struct rec_in *, const char *as, const struct report_sources *,
    struct summary *);

#endif
