/*
 * blind - what could not have been seen: segments whose smallest change that would have shown
 * is large, though much is at stake in them.
 *
 * Reads the ledger of detect and the deals it was made of, and gives, for the page:
 *
 *	rows         {name, pipeline, deals, visible, days, small}: those with most open pipeline
 *	             of the segments where a change must be larger than BLIND_POINTS to show;
 *	             small: there are too few decided deals for any, with how many are missing
 *	has_rows, more, points
 *	history      how much is missing, while there is too little for anything
 */
#ifndef BLIND_H
#define BLIND_H

#include <jansson.h>

enum { BLIND_POINTS = 15, BLIND_ROWS = 10 };

json_t *blind(const char *ledger, const char *deals, const json_t *company);

#endif
