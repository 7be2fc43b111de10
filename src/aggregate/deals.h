/*
 * deals - deals read into a cube.
 *
 * A deal without a date on the clock, or still open where only decided ones have one, is
 * dropped and counted as such.  What is wrong in a deal ends the program (65, naming the
 * line): it should not have passed validate.
 */
#ifndef DEALS_H
#define DEALS_H

#include "cube.h"
#include "form.h"
#include "summary.h"

struct rec_in;

void deals_count(struct cube *, struct form *, struct rec_in *, struct summary *);

#endif
