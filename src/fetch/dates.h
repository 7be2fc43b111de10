/*
 * dates - days as other people write them.
 *
 * A format says where YYYY, MM and DD stand, perhaps hh, mm and ss; a month, day or hour may
 * lack its leading zero, all else stands as in the format.  What does not fit, or is no day,
 * is refused; the time of day is read and left out.
 */
#ifndef DATES_H
#define DATES_H

#include <stdint.h>
#include "span.h"

bool dates_read(const char *format, struct span text, int32_t *day);

#endif
