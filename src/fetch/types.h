/*
 * types - the types of sources that fetch knows.
 */
#ifndef TYPES_H
#define TYPES_H

#include "source.h"

const struct source_type *source_types(void); /* the last one has no name */

#endif
