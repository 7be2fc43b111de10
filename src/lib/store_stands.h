/*
 * store_stands - what still stands, or ended since a day: whoever was told of it will have to
 * hear how it goes on, however long ago that was, so those deliveries are needed.
 *
 * An alert stands while its last date is no earlier, or its incident is open; a fault until it
 * is over.
 */
#ifndef STORE_STANDS_H
#define STORE_STANDS_H

#include "store.h"

struct stands;

struct stands *stands_read(struct store *, struct span day);
const char *stands_since(const struct stands *); /* nothing of it was told before that day */
bool stands_needs(const struct stands *, struct span delivery);
void stands_free(struct stands *);

#endif
