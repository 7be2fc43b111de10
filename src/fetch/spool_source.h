/*
 * spool_source - records that were pushed into a spool ("directory"; see spool.h).
 *
 * The bookmark names the files that were read and are still there; when they are found in it
 * again they are committed, and go.  So many are read at once, the oldest first, as a bookmark
 * has room for; the others wait for the next fetch.
 */
#ifndef SPOOL_SOURCE_H
#define SPOOL_SOURCE_H

#include "source.h"

void spool_source(struct fetching *);

#endif
