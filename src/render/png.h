/*
 * png - a picture without what tells of its making.
 *
 * png_strip() gives a new picture of the same pixels (free() it): of the chunks only those that
 * say what is seen (IHDR, PLTE, tRNS, IDAT, IEND), so that the same picture is the same bytes.
 * NULL: the bytes are no whole PNG.
 */
#ifndef PNG_H
#define PNG_H

#include <stddef.h>
#include "span.h"

char *png_strip(struct span bytes, size_t *len);

#endif
